//! One engine for prompt, replay and check: cells, display, transcript, records.
