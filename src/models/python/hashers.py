import base64
import hashlib
import math
import secrets

UNUSABLE_PASSWORD_PREFIX = '!'
UNUSABLE_PASSWORD_SUFFIX_LENGTH = 40
ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
ITERATIONS = 1000000


def _random_text(length):
    return ''.join(secrets.choice(ALPHABET) for _ in range(length))


def _digest(password, salt, iterations):
    made = hashlib.pbkdf2_hmac('sha256', password.encode(), salt.encode(), iterations)
    return base64.b64encode(made).decode('ascii').strip()


def is_password_usable(encoded):
    return encoded is None or not encoded.startswith(UNUSABLE_PASSWORD_PREFIX)


def make_password(password, salt=None, hasher='default'):
    if password is None:
        return UNUSABLE_PASSWORD_PREFIX + _random_text(UNUSABLE_PASSWORD_SUFFIX_LENGTH)
    if not isinstance(password, (bytes, str)):
        raise TypeError('Password must be a string or bytes, got %s.' % type(password).__qualname__)
    salt = salt or _random_text(22)
    return 'pbkdf2_sha256$%d$%s$%s' % (ITERATIONS, salt, _digest(password, salt, ITERATIONS))


def check_password(password, encoded, setter=None, preferred='default'):
    if password is None or not is_password_usable(encoded):
        return False
    try:
        algorithm, iterations, salt, _ = encoded.split('$', 3)
    except ValueError:
        return False
    if algorithm != 'pbkdf2_sha256':
        return False
    return encoded == '%s$%s$%s$%s' % (algorithm, iterations, salt, _digest(password, salt, int(iterations)))
