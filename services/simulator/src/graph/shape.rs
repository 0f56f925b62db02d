//! Strict reading of request bodies: types, unknown keys, missing keys, lengths.
//!
//! Messenger and Instagram answer every fault with error 100. WhatsApp answers
//! 131008 for a missing key, 131009 for a bad value and 100 for a wrong shape.

use serde_json::{Map, Value};

use super::error::{GraphError, GraphResult};

/// In whose manner faults are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Messenger, Instagram.
    Page,
    /// WhatsApp Cloud API.
    WhatsApp,
}

/// One JSON object of a request body, with its path for error texts.
#[derive(Debug, Clone)]
pub(crate) struct Shape<'a> {
    dialect: Dialect,
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Shape<'a> {
    /// The body itself.
    pub(crate) fn root(dialect: Dialect, map: &'a Map<String, Value>) -> Self {
        Self { dialect, path: String::new(), map }
    }

    /// A value that must be an object.
    pub(crate) fn of(dialect: Dialect, path: &str, value: &'a Value) -> GraphResult<Self> {
        match value.as_object() {
            Some(map) => Ok(Self { dialect, path: path.to_owned(), map }),
            None => Err(GraphError::parameter(&format!("Param {path} must be a JSON object."))),
        }
    }

    /// The plain JSON.
    pub(crate) fn map(&self) -> &'a Map<String, Value> {
        self.map
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A value. One that is null counts as not given, as at Meta.
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// Refuses keys outside the list.
    pub(crate) fn only(&self, allowed: &[&str]) -> GraphResult<()> {
        match self.map.keys().find(|key| !allowed.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) if self.path.is_empty() => {
                Err(GraphError::parameter(&format!("Unexpected key \"{key}\" in the request.")))
            }
            Some(key) => Err(GraphError::parameter(&format!(
                "Invalid keys \"{key}\" were found in param \"{}\".",
                self.path
            ))),
        }
    }

    /// A string, if there.
    pub(crate) fn text(&self, key: &str) -> GraphResult<Option<&'a str>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type(key, "a string")),
        }
    }

    /// A string that must be there and not be empty.
    pub(crate) fn need_text(&self, key: &str) -> GraphResult<&'a str> {
        match self.text(key)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.missing(key)),
        }
    }

    /// A string of at most `max` characters, if there.
    pub(crate) fn text_max(&self, key: &str, max: usize) -> GraphResult<Option<&'a str>> {
        let text = self.text(key)?;
        match text {
            Some(text) if text.chars().count() > max => Err(self.too_long(key, max)),
            _ => Ok(text),
        }
    }

    /// A string of at most `max` characters that must be there.
    pub(crate) fn need_text_max(&self, key: &str, max: usize) -> GraphResult<&'a str> {
        self.need_text(key)?;
        self.text_max(key, max)?.ok_or_else(|| self.missing(key))
    }

    /// A string from a fixed set.
    pub(crate) fn need_one_of(&self, key: &str, allowed: &[&str]) -> GraphResult<&'a str> {
        let text = self.need_text(key)?;
        if allowed.contains(&text) {
            return Ok(text);
        }
        Err(self.bad(key, &format!("must be one of {{{}}}", allowed.join(", "))))
    }

    /// An object, if there.
    pub(crate) fn object(&self, key: &str) -> GraphResult<Option<Shape<'a>>> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => Self::of(self.dialect, &self.at(key), value).map(Some),
        }
    }

    /// An object that must be there.
    pub(crate) fn need_object(&self, key: &str) -> GraphResult<Shape<'a>> {
        self.object(key)?.ok_or_else(|| self.missing(key))
    }

    /// A list of objects with between `min` and `max` items, if there.
    pub(crate) fn objects(
        &self,
        key: &str,
        min: usize,
        max: usize,
    ) -> GraphResult<Option<Vec<Shape<'a>>>> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let Some(list) = value.as_array() else {
            return Err(self.wrong_type(key, "an array"));
        };
        if list.len() < min || list.len() > max {
            return Err(self.bad(key, &format!("must have between {min} and {max} items")));
        }
        let path = self.at(key);
        list.iter()
            .enumerate()
            .map(|(index, item)| Self::of(self.dialect, &format!("{path}[{index}]"), item))
            .collect::<GraphResult<Vec<_>>>()
            .map(Some)
    }

    /// A list that must be there.
    pub(crate) fn need_objects(
        &self,
        key: &str,
        min: usize,
        max: usize,
    ) -> GraphResult<Vec<Shape<'a>>> {
        self.objects(key, min, max)?.ok_or_else(|| self.missing(key))
    }

    /// A list of between `min` and `max` strings that must be there.
    pub(crate) fn texts(&self, key: &str, min: usize, max: usize) -> GraphResult<Vec<&'a str>> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        let Some(list) = value.as_array() else {
            return Err(self.wrong_type(key, "an array"));
        };
        if list.len() < min || list.len() > max {
            return Err(self.bad(key, &format!("must have between {min} and {max} items")));
        }
        let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        texts.ok_or_else(|| self.wrong_type(key, "an array of strings"))
    }

    /// A boolean, if there. A form has it as text.
    pub(crate) fn boolean(&self, key: &str) -> GraphResult<Option<bool>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(Value::String(text)) if text == "true" || text == "false" => {
                Ok(Some(text == "true"))
            }
            Some(_) => Err(self.wrong_type(key, "a boolean")),
        }
    }

    /// A number, or a string that reads as one.
    pub(crate) fn need_number(&self, key: &str) -> GraphResult<f64> {
        let value = self.get(key).ok_or_else(|| self.missing(key))?;
        let number = match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        number.ok_or_else(|| self.wrong_type(key, "a number"))
    }

    /// The error for a value that is too long.
    pub(crate) fn too_long(&self, key: &str, max: usize) -> GraphError {
        match self.dialect {
            Dialect::Page => GraphError::parameter(&format!(
                "Length of param {} must be less than or equal to {max}",
                self.at(key)
            )),
            Dialect::WhatsApp => self.bad(key, &format!("must be at most {max} characters long")),
        }
    }

    /// The error for a value that is not allowed.
    pub(crate) fn bad(&self, key: &str, rule: &str) -> GraphError {
        let text = format!("Param {} {rule}.", self.at(key));
        match self.dialect {
            Dialect::Page => GraphError::parameter(&text),
            Dialect::WhatsApp => GraphError::whatsapp(131_009, &text),
        }
    }

    /// The error for a key that is not there.
    pub(crate) fn missing(&self, key: &str) -> GraphError {
        let at = self.at(key);
        match self.dialect {
            Dialect::Page => GraphError::parameter(&format!("The parameter {at} is required.")),
            Dialect::WhatsApp => {
                GraphError::whatsapp(131_008, &format!("The parameter {at} is required."))
            }
        }
    }

    fn wrong_type(&self, key: &str, wanted: &str) -> GraphError {
        let text = format!("Param {} must be {wanted}.", self.at(key));
        match self.dialect {
            Dialect::Page => GraphError::parameter(&text),
            Dialect::WhatsApp => GraphError::whatsapp(100, &text),
        }
    }

    fn at(&self, key: &str) -> String {
        if self.path.is_empty() {
            return key.to_owned();
        }
        match self.dialect {
            Dialect::Page => format!("{}[{key}]", self.path),
            Dialect::WhatsApp => format!("{}.{key}", self.path),
        }
    }
}
