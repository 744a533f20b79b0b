from flask import Flask

from storefront.config import Config


def create_app(config: type[Config] = Config) -> Flask:
    from storefront import views

    app = Flask(__name__)
    app.config.update(SHOP=config.SHOP)
    app.register_blueprint(views.blueprint)
    return app
