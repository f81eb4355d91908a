//! Single keys from the terminal, for the demo.

use std::io::{BufRead, ErrorKind};

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Enter.
    Enter,
    /// Tab, End: the whole line.
    Whole,
    /// Right, Down, Page Down: as far as one step goes.
    Forward,
    /// Left, Up, Page Up, Backspace.
    Back,
    /// Escape.
    Menu,
    /// Ctrl-C, Ctrl-D, or no more keys.
    Leave,
    /// Any other.
    Other,
}

/// The terminal giving single keys, as long as this lives.
pub struct Keys {
    #[cfg(unix)]
    before: Option<nix::sys::termios::Termios>,
}

impl Keys {
    /// Asks the terminal for single keys that it does not show. Where it cannot, whole lines come.
    pub fn start() -> Keys {
        #[cfg(unix)]
        {
            use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
            let before = tcgetattr(std::io::stdin()).ok();
            if let Some(before) = &before {
                let mut now = before.clone();
                now.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG | LocalFlags::IEXTEN);
                let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, &now);
            }
            Keys { before }
        }
        #[cfg(not(unix))]
        Keys {}
    }

    /// The next key.
    pub fn next(&self) -> Key {
        let mut input = std::io::stdin().lock();
        loop {
            let taken = match input.fill_buf() {
                Ok(bytes) => decode(bytes),
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return Key::Leave,
            };
            let (key, length) = taken;
            input.consume(length);
            return key;
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(before) = &self.before {
            let _ = nix::sys::termios::tcsetattr(std::io::stdin(), nix::sys::termios::SetArg::TCSANOW, before);
        }
    }
}

/// The key that bytes begin with, and how many are its own.
fn decode(bytes: &[u8]) -> (Key, usize) {
    match bytes {
        [] => (Key::Leave, 0),
        [b'\n' | b'\r', ..] => (Key::Enter, 1),
        [b'\t', ..] => (Key::Whole, 1),
        [0x7f | 0x08, ..] => (Key::Back, 1),
        [0x03 | 0x04, ..] => (Key::Leave, 1),
        [0x1b, b'[' | b'O', rest @ ..] => {
            let length = rest.iter().position(|b| b.is_ascii_alphabetic() || *b == b'~').map_or(rest.len(), |i| i + 1);
            let key = match &rest[..length] {
                b"A" | b"D" | b"5~" => Key::Back,
                b"B" | b"C" | b"6~" => Key::Forward,
                b"F" | b"4~" => Key::Whole,
                _ => Key::Other,
            };
            (key, length + 2)
        }
        [0x1b, ..] => (Key::Menu, 1),
        [first, ..] => {
            let length = match first {
                0xf0.. => 4,
                0xe0.. => 3,
                0xc0.. => 2,
                _ => 1,
            };
            (Key::Other, length.min(bytes.len()))
        }
    }
}
