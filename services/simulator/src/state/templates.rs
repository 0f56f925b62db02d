//! Message templates of a WhatsApp business account, or of a Page.

use serde_json::{Value, json};

use crate::config::TemplateSeed;
use crate::ids;

/// One template in one language.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) language: String,
    /// MARKETING, UTILITY or AUTHENTICATION.
    pub(crate) category: String,
    /// APPROVED, PENDING, REJECTED, PAUSED, DISABLED…
    pub(crate) status: String,
    /// As they were created.
    pub(crate) components: Vec<Value>,
    /// Whether its places have names instead of numbers.
    pub(crate) named: bool,
    /// Why it was rejected; NONE if it was not.
    pub(crate) rejected_reason: String,
    /// When its quality was last looked at, in milliseconds since 1970.
    pub(crate) rated_at: i64,
    /// When it was edited, in milliseconds since 1970.
    pub(crate) edits: Vec<i64>,
}

impl Template {
    /// The template of a seed: approved, unless that says otherwise.
    pub(crate) fn seeded(seed: &TemplateSeed, now_ms: i64) -> Self {
        let or = |text: &str, default: &str| {
            if text.is_empty() { default.to_owned() } else { text.to_owned() }
        };
        let components = match seed.components.as_slice() {
            [] => vec![json!({"type": "BODY", "text": seed.body})],
            given => given.to_vec(),
        };
        Self {
            id: ids::numeric(),
            name: seed.name.clone(),
            language: seed.language.clone(),
            category: or(&seed.category, "UTILITY"),
            status: or(&seed.status, "APPROVED"),
            components,
            named: seed.parameter_format.eq_ignore_ascii_case("named"),
            rejected_reason: "NONE".to_owned(),
            rated_at: now_ms,
            edits: Vec::new(),
        }
    }
}

/// The templates of a business account or a Page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Templates {
    pub(crate) list: Vec<Template>,
    /// When templates were created, in milliseconds since 1970.
    pub(crate) created: Vec<i64>,
    /// Name and language of what was deleted, and when.
    pub(crate) deleted: Vec<(String, String, i64)>,
}

impl Templates {
    /// Adds a template, or replaces the one of that name and language.
    pub(crate) fn put(&mut self, template: Template) {
        self.list.retain(|own| own.name != template.name || own.language != template.language);
        self.list.push(template);
    }

    /// The template of a name in a language.
    pub(crate) fn find(&self, name: &str, language: &str) -> Option<&Template> {
        self.list.iter().find(|own| own.name == name && own.language == language)
    }

    /// The template with an id.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Template> {
        self.list.iter_mut().find(|own| own.id == id)
    }
}

/// The places of a text: what stands between `{{` and `}}`, in order.
pub(crate) fn places(text: &str) -> Vec<&str> {
    let parts = text.split("{{").skip(1);
    parts.filter_map(|part| part.split_once("}}")).map(|(place, _)| place.trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn places_are_found_in_order() {
        assert_eq!(places("Hi {{1}}, {{ name }}: {{2"), ["1", "name"]);
        assert!(places("no places").is_empty());
    }
}
