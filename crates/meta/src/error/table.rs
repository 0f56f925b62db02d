//! The shape of the error tables, and looking up in them.

use super::{Class, GraphError, Scope, Verdict};

/// One line of a table. The first that matches counts.
pub(super) struct Row {
    code: Codes,
    subcode: Subcodes,
    class: Class,
    sentence: &'static str,
}

enum Codes {
    /// The codes from here to here.
    Range(i64, i64),
    /// This number, as the code or as the subcode of any: Meta's page lists it without a code.
    Either(i64, i64),
}

enum Subcodes {
    /// Any, and none.
    Any,
    /// From here to here.
    Range(i64, i64),
}

/// This code, whatever the subcode.
pub(super) const fn code(code: i64, class: Class, sentence: &'static str) -> Row {
    codes(code, code, class, sentence)
}

/// These codes, whatever the subcode.
pub(super) const fn codes(from: i64, to: i64, class: Class, sentence: &'static str) -> Row {
    Row { code: Codes::Range(from, to), subcode: Subcodes::Any, class, sentence }
}

/// This code with this subcode.
pub(super) const fn sub(code: i64, subcode: i64, class: Class, sentence: &'static str) -> Row {
    subs(code, subcode, subcode, class, sentence)
}

/// This code with these subcodes.
pub(super) const fn subs(
    code: i64,
    from: i64,
    to: i64,
    class: Class,
    sentence: &'static str,
) -> Row {
    Row { code: Codes::Range(code, code), subcode: Subcodes::Range(from, to), class, sentence }
}

/// This number as code or as subcode.
pub(super) const fn bare(number: i64, class: Class, sentence: &'static str) -> Row {
    bares(number, number, class, sentence)
}

/// These numbers as code or as subcode.
pub(super) const fn bares(from: i64, to: i64, class: Class, sentence: &'static str) -> Row {
    Row { code: Codes::Either(from, to), subcode: Subcodes::Any, class, sentence }
}

/// A throttle of this scope, to wait so many seconds for at first.
pub(super) const fn throttle(scope: Scope, wait_seconds: u32) -> Class {
    Class::Throttle { scope, wait_seconds }
}

impl Row {
    fn matches(&self, error: &GraphError) -> bool {
        let in_subcodes = |from: i64, to: i64| {
            error.subcode.is_some_and(|subcode| (from..=to).contains(&subcode))
        };
        let code = match self.code {
            Codes::Range(from, to) => (from..=to).contains(&error.code),
            Codes::Either(from, to) => (from..=to).contains(&error.code) || in_subcodes(from, to),
        };
        let subcode = match self.subcode {
            Subcodes::Any => true,
            Subcodes::Range(from, to) => in_subcodes(from, to),
        };
        code && subcode
    }
}

/// What the table says.
pub(super) fn find(rows: &[Row], error: &GraphError) -> Option<Verdict> {
    let row = rows.iter().find(|row| row.matches(error))?;
    Some(Verdict { class: row.class, sentence: row.sentence, known: true })
}

/// For codes that no table knows: what Meta calls transient is tried a few times, all else is
/// refused for this message alone. Stopping an account needs a code that says so.
pub(super) fn default(error: &GraphError) -> Verdict {
    let (class, sentence) = if error.is_transient {
        (
            Class::Transient { retries: 3 },
            "Meta had a passing problem and did not take the message; try again in a while.",
        )
    } else {
        (
            Class::Permanent,
            "Meta refused the message for a reason we do not know yet; ask an administrator.",
        )
    };
    Verdict { class, sentence, known: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{graph, whatsapp};

    /// An error that this row is the first to be about.
    fn example(row: &Row) -> GraphError {
        let (Codes::Range(code, _) | Codes::Either(code, _)) = row.code;
        let subcode = match row.subcode {
            Subcodes::Any => None,
            Subcodes::Range(from, _) => Some(from),
        };
        GraphError { code, subcode, ..GraphError::default() }
    }

    #[test]
    fn no_row_hides_behind_another() {
        for rows in [graph::ROWS, whatsapp::ROWS] {
            for row in rows {
                let error = example(row);
                let first = rows.iter().find(|other| other.matches(&error)).unwrap();
                assert!(std::ptr::eq(first, row), "{}/{:?}", error.code, error.subcode);
            }
        }
    }

    #[test]
    fn every_sentence_is_one() {
        for row in graph::ROWS.iter().chain(whatsapp::ROWS) {
            let sentence = row.sentence;
            assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
        }
    }
}
