//! What connecting set of the messenger profile, remembered so that disconnecting takes away that and
//! nothing else: a field that somebody changed since is theirs.

use serde_json::{Map, Value};
use switchboard_domain::Channel;
use switchboard_graph::GraphFault;
use switchboard_store::accounts::Account;

use super::{Finding, Opened, Site, doctor::told, site::node};

const CHECK: &str = "messenger_profile";
/// A menu needs it, whoever set the menu. (Messenger Platform "Persistent menu")
const GET_STARTED: &str = "get_started";
const MENU: &str = "persistent_menu";

/// Which of a Page's two profiles is meant: its Instagram account's has to be named.
pub(super) fn platform(account: &Account) -> Option<&'static str> {
    (account.channel == Channel::Instagram).then_some("instagram")
}

/// The fields that were just set, as Meta shows them: it adds what was left out. Where it does not
/// answer, as they were given.
pub(super) async fn as_shown(site: &Site, of: &Opened, set: &Value) -> Map<String, Value> {
    let mut set = set.as_object().cloned().unwrap_or_default();
    set.remove("platform");
    if let Ok(shown) = shown(site, of, &set).await {
        for (name, value) in &mut set {
            if let Some(shown) = shown.get(name) {
                value.clone_from(shown);
            }
        }
    }
    set
}

async fn shown(
    site: &Site,
    of: &Opened,
    fields: &Map<String, Value>,
) -> Result<Map<String, Value>, GraphFault> {
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let (names, node, platform) = (names.join(","), node(&of.account), platform(&of.account));
    let read = site.graph.messenger_profile(node, &names, platform, of.auth()).await?;
    Ok(read.as_object().cloned().unwrap_or_default())
}

/// Takes away what connecting set and nobody changed since. None when it set nothing.
pub(super) async fn take_away(site: &Site, subject: &str, of: &Opened) -> Option<Finding> {
    let set = &of.account.settings.messenger_profile;
    if set.is_empty() {
        return None;
    }
    let mut asked = set.clone();
    asked.entry(MENU).or_insert(Value::Null);
    let told = |fault: &GraphFault| {
        let evidence = told(fault, of.account.channel);
        let fields: Vec<&str> = set.keys().map(String::as_str).collect();
        let remedy = format!("Remove it by hand in Meta's settings: {}.", fields.join(", "));
        Finding::warning(CHECK, subject, evidence, remedy)
    };
    let shown = match shown(site, of, &asked).await {
        Ok(shown) => shown,
        Err(fault) => return Some(told(&fault)),
    };
    let Parted { ours, theirs } = Parted::of(set, &shown);
    if !ours.is_empty() {
        let (node, platform) = (node(&of.account), platform(&of.account));
        let deleted = site.graph.delete_messenger_profile(node, &ours, platform, of.auth()).await;
        if let Err(fault) = deleted {
            return Some(told(&fault));
        }
    }
    let named = |names: &[&str]| if names.is_empty() { "nothing".into() } else { names.join(", ") };
    let mut evidence = format!("Taken away what connecting set: {}.", named(&ours));
    if !theirs.is_empty() {
        evidence.push_str(&format!(" Left, as it was changed since: {}.", named(&theirs)));
    }
    Some(Finding::ok(CHECK, subject, evidence))
}

/// Whose each field is that connecting set.
struct Parted<'a> {
    ours: Vec<&'a str>,
    theirs: Vec<&'a str>,
}

impl<'a> Parted<'a> {
    /// A field that is gone is nobody's. Get Started stays under a menu that stays.
    fn of(set: &'a Map<String, Value>, shown: &Map<String, Value>) -> Self {
        let is_ours = |name: &str| shown.get(name).is_some_and(|now| set.get(name) == Some(now));
        let menu_stays = shown.contains_key(MENU) && !is_ours(MENU);
        let there = set.keys().map(String::as_str).filter(|name| shown.contains_key(*name));
        let (ours, theirs) =
            there.partition(|name| is_ours(name) && !(*name == GET_STARTED && menu_stays));
        Self { ours, theirs }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parted(set: &Value, shown: &Value) -> (Vec<String>, Vec<String>) {
        let Parted { ours, theirs } =
            Parted::of(set.as_object().unwrap(), shown.as_object().unwrap());
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        (owned(ours), owned(theirs))
    }

    #[test]
    fn only_what_is_as_connecting_left_it_is_ours() {
        let set = json!({"greeting": 1, "get_started": 2, "ice_breakers": 3, "persistent_menu": 4});
        let (ours, theirs) = parted(&set, &set);
        assert_eq!((ours.len(), theirs.len()), (4, 0));
        let changed = json!({"greeting": 9, "get_started": 2, "persistent_menu": 4});
        let (ours, theirs) = parted(&set, &changed);
        assert_eq!(ours, ["get_started", "persistent_menu"]);
        assert_eq!(theirs, ["greeting"], "the ice breakers are gone already");
    }

    #[test]
    fn get_started_stays_under_somebody_elses_menu() {
        let set = json!({"get_started": 2});
        let (ours, theirs) = parted(&set, &json!({"get_started": 2, "persistent_menu": 5}));
        assert_eq!((ours.len(), theirs), (0, vec!["get_started".to_owned()]));
    }
}
