//! Message templates of a WhatsApp business account, or of a Page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::TemplateSeed;
use crate::ids;

/// One template in one language.
#[derive(Debug, Clone, Deserialize, Serialize)]
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
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
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

/// The templates of all owners: business accounts and Pages.
#[derive(Debug, Default)]
pub(crate) struct TemplateBook {
    owners: BTreeMap<String, Templates>,
    /// Owners whose templates are not yet in the journal.
    pub(crate) unsaved: Vec<String>,
}

impl TemplateBook {
    /// The templates of an owner.
    pub(crate) fn get(&self, owner: &str) -> Option<&Templates> {
        self.owners.get(owner)
    }

    /// The templates of an owner, to be changed.
    pub(crate) fn change(&mut self, owner: &str) -> &mut Templates {
        self.unsaved.push(owner.to_owned());
        self.owners.entry(owner.to_owned()).or_default()
    }

    /// The configuration's templates of an owner, in place of all others.
    pub(crate) fn seed(&mut self, owner: &str, templates: Templates) {
        self.owners.insert(owner.to_owned(), templates);
    }

    /// What the journal knows of an owner, with those of the configuration that it does not know.
    pub(crate) fn restore(&mut self, owner: String, mut kept: Templates) {
        let seeded = self.owners.remove(&owner).unwrap_or_default();
        for own in seeded.list {
            let is_gone = kept
                .deleted
                .iter()
                .any(|(name, language, _)| *name == own.name && *language == own.language);
            if !is_gone && kept.find(&own.name, &own.language).is_none() {
                kept.put(own);
            }
        }
        self.owners.insert(owner, kept);
    }

    /// Who owns the template with an id.
    pub(crate) fn owner_of(&self, id: &str) -> Option<&str> {
        let has = |templates: &Templates| templates.list.iter().any(|own| own.id == id);
        self.owners.iter().find(|(_, templates)| has(templates)).map(|(owner, _)| owner.as_str())
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
