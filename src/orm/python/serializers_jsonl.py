import json

from django.core.serializers import json as whole
from django.core.serializers import python
from django.core.serializers.base import DeserializationError


class Serializer(whole.Serializer):
    def start_serialization(self):
        super().start_serialization()
        self.indent = None
        self.pieces = []

    def end_object(self, data):
        self.write(json.dumps(data, separators=(',', ': '), **self.options) + '\n')

    def end_serialization(self):
        pass

    def write(self, text):
        if text != '[':
            super().write(text)


def Deserializer(stream_or_string, **options):
    if hasattr(stream_or_string, 'read'):
        stream_or_string = stream_or_string.read()
    if isinstance(stream_or_string, bytes):
        stream_or_string = stream_or_string.decode()

    def objects():
        for line in stream_or_string.split('\n'):
            if line.strip():
                yield json.loads(line)

    try:
        yield from python.Deserializer(objects(), **options)
    except (GeneratorExit, DeserializationError):
        raise
    except Exception as exc:
        raise DeserializationError() from exc
