//! Text functions.

use super::row::{FuncRow, Special};

const fn text(name: &'static str, function: &'static str, lookup: &'static str, doc: &'static str) -> FuncRow {
    FuncRow::transform(name, function, lookup, doc)
}

pub(super) const ROWS: &[FuncRow] = &[
    text("Chr", "CHR", "chr", "The character of a code point.").in_sqlite("CHAR").gives_field("CharField").uncast(),
    FuncRow::func("ConcatPair", "CONCAT", "Two texts, one after the other.")
        .made_by("(self, *expressions, output_field=None, **extra)", Special::ConcatPair)
        .uncast(),
    FuncRow::func("Concat", "", "Texts one after the other; NULL counts as empty.")
        .written("%(expressions)s")
        .made_by("(self, *expressions, **extra)", Special::Concat),
    FuncRow::func("Left", "LEFT", "The first characters.")
        .takes(2)
        .gives_field("CharField")
        .made_by("(self, expression, length, **extra)", Special::Left),
    text("Length", "LENGTH", "length", "The number of characters.").gives_field("IntegerField"),
    text("Lower", "LOWER", "lower", "In small letters."),
    FuncRow::func("LPad", "LPAD", "Filled on the left up to a length.")
        .gives_field("CharField")
        .made_by("(self, expression, length, fill_text=' ', **extra)", Special::Pad),
    text("LTrim", "LTRIM", "ltrim", "Without the spaces in front."),
    text("MD5", "MD5", "md5", "The MD5 digest."),
    text("Ord", "ASCII", "ord", "The code point of the first character.")
        .in_sqlite("UNICODE")
        .gives_field("IntegerField")
        .uncast(),
    FuncRow::func("Repeat", "REPEAT", "The text so many times.")
        .gives_field("CharField")
        .made_by("(self, expression, number, **extra)", Special::Repeat),
    FuncRow::func("Replace", "REPLACE", "With every occurrence of a text replaced.")
        .made_by("(self, expression, text, replacement='', **extra)", Special::Replace),
    text("Reverse", "REVERSE", "reverse", "Backwards."),
    FuncRow::func("Right", "RIGHT", "The last characters.")
        .takes(2)
        .gives_field("CharField")
        .made_by("(self, expression, length, **extra)", Special::Right),
    FuncRow::func("RPad", "RPAD", "Filled on the right up to a length.")
        .gives_field("CharField")
        .made_by("(self, expression, length, fill_text=' ', **extra)", Special::Pad),
    text("RTrim", "RTRIM", "rtrim", "Without the spaces behind."),
    text("SHA1", "SHA1", "sha1", "The SHA-1 digest."),
    text("SHA224", "SHA224", "sha224", "The SHA-224 digest."),
    text("SHA256", "SHA256", "sha256", "The SHA-256 digest."),
    text("SHA384", "SHA384", "sha384", "The SHA-384 digest."),
    text("SHA512", "SHA512", "sha512", "The SHA-512 digest."),
    FuncRow::func("StrIndex", "INSTR", "The position of a text in another, from 1; 0 where it is not in it.")
        .takes(2)
        .gives_field("IntegerField"),
    FuncRow::func("Substr", "SUBSTRING", "A part of a text: from a position, so many characters.")
        .in_sqlite("SUBSTR")
        .gives_field("CharField")
        .uncast()
        .made_by("(self, expression, pos, length=None, **extra)", Special::Substr),
    text("Trim", "TRIM", "trim", "Without the spaces around."),
    text("Upper", "UPPER", "upper", "In capital letters."),
    FuncRow::func("JSONArray", "JSON_ARRAY", "The arguments as a JSON array.").gives_field("JSONField"),
    FuncRow::func("JSONObject", "JSON_OBJECT", "The keyword arguments as a JSON object.")
        .gives_field("JSONField")
        .made_by("(self, **fields)", Special::JsonObject),
    FuncRow::transform("KeyTransform", "", "", "A value inside JSON, by key or index.")
        .made_by("(self, key_name, *args, **kwargs)", Special::KeyTransform)
        .uncast(),
    FuncRow::transform("KeyTextTransform", "", "", "A value inside JSON as text, by key or index.")
        .gives_field("TextField")
        .made_by("(self, key_name, *args, **kwargs)", Special::KeyTextTransform)
        .uncast(),
];
