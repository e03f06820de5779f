import logging
import aiohub

aiohub.install(patch=False)
