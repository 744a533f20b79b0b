import os


class Config:
    SHOP = os.environ.get("SHOP_NAME", "Lantern & Rope")
    MODEL = "claude-sonnet-5-5"
    MAX_TOKENS = 600


class TestingConfig(Config):
    MAX_TOKENS = 60
