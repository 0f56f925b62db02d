//! What is set about a node beyond who it is: profiles, a number's registration, and fields that
//! the control interface shows in place of the usual ones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is set about one node.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Facts {
    /// Fields of `GET /{node}`, shown instead of the usual ones.
    pub(crate) fields: Map<String, Value>,
    /// A Page's or an Instagram account's `messenger_profile`.
    pub(crate) messenger_profile: Map<String, Value>,
    /// A Page's menus of single customers, by their PSIDs.
    pub(crate) menus: BTreeMap<String, Value>,
    /// Whether a Page has built-in natural language processing on.
    pub(crate) nlp_enabled: bool,
    /// A Page's personas, oldest first.
    pub(crate) personas: Vec<Persona>,
    /// A number's `whatsapp_business_profile`.
    pub(crate) business_profile: Map<String, Value>,
    /// A number's registration.
    pub(crate) registration: Registration,
}

/// Under whose name and picture a Page writes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Persona {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) profile_picture_url: String,
}

/// How far a number is on its way to the Cloud API.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Registration {
    /// Whether it may send.
    pub(crate) registered: bool,
    /// Whether a code proved that the number is the business's.
    pub(crate) verified: bool,
    /// The six digits of two-step verification. `None`: it is off.
    pub(crate) pin: Option<String>,
    /// Wrong PINs in a row.
    pub(crate) wrong_pins: u32,
    /// The code that was last sent to the number.
    pub(crate) code: Option<String>,
    /// When it was registered and deregistered, in milliseconds since 1970.
    pub(crate) attempts: Vec<i64>,
}

impl Default for Registration {
    fn default() -> Self {
        Self {
            registered: true,
            verified: true,
            pin: None,
            wrong_pins: 0,
            code: None,
            attempts: Vec::new(),
        }
    }
}

/// The facts of all nodes.
#[derive(Debug, Default)]
pub(crate) struct FactBook {
    nodes: BTreeMap<String, Facts>,
    /// Nodes whose facts are not yet in the journal.
    pub(crate) unsaved: Vec<String>,
}

impl FactBook {
    /// What is set about a node.
    pub(crate) fn get(&self, id: &str) -> Option<&Facts> {
        self.nodes.get(id)
    }

    /// A number's registration.
    pub(crate) fn registration(&self, id: &str) -> Registration {
        self.nodes.get(id).map(|facts| facts.registration.clone()).unwrap_or_default()
    }

    /// A Page's personas.
    pub(crate) fn personas(&self, page: &str) -> &[Persona] {
        self.nodes.get(page).map(|facts| facts.personas.as_slice()).unwrap_or_default()
    }

    /// A persona by its id, with its Page.
    pub(crate) fn persona(&self, id: &str) -> Option<(&str, &Persona)> {
        self.nodes.iter().find_map(|(page, facts)| {
            let own = facts.personas.iter().find(|persona| persona.id == id)?;
            Some((page.as_str(), own))
        })
    }

    /// The facts of a node, to be changed.
    pub(crate) fn change(&mut self, id: &str) -> &mut Facts {
        self.unsaved.push(id.to_owned());
        self.nodes.entry(id.to_owned()).or_default()
    }
}
