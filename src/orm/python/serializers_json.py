import json

from django.core.serializers import python
from django.core.serializers.base import DeserializationError
from django.core.serializers.encoder import DjangoJSONEncoder


class Serializer(python.Serializer):
    internal_use_only = False

    def start_serialization(self):
        self.pieces = []
        self.written = 0
        self.indent = self.options.pop('indent', None)
        self.options.setdefault('cls', DjangoJSONEncoder)
        self.options.setdefault('ensure_ascii', False)
        self.write('[')

    def write(self, text):
        if self.stream is not None:
            self.stream.write(text)
        else:
            self.pieces.append(text)

    def end_object(self, data):
        if not self.first:
            self.write(',')
            if not self.indent:
                self.write(' ')
        if self.indent:
            self.write('\n')
        if self.indent:
            self.write(json.dumps(data, indent=self.indent, separators=(',', ': '), **self.options))
        else:
            self.write(json.dumps(data, indent=self.indent, **self.options))

    def end_serialization(self):
        if self.indent:
            self.write('\n')
        self.write(']')
        if self.indent:
            self.write('\n')

    def getvalue(self):
        if self.stream is not None:
            return self.stream.getvalue() if hasattr(self.stream, 'getvalue') else None
        return ''.join(self.pieces)


def Deserializer(stream_or_string, **options):
    if hasattr(stream_or_string, 'read'):
        stream_or_string = stream_or_string.read()
    if isinstance(stream_or_string, bytes):
        stream_or_string = stream_or_string.decode()
    try:
        objects = json.loads(stream_or_string)
    except Exception as exc:
        raise DeserializationError() from exc
    try:
        yield from python.Deserializer(objects, **options)
    except (GeneratorExit, DeserializationError):
        raise
    except Exception as exc:
        raise DeserializationError() from exc
