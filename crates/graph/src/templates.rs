//! The message templates of a WhatsApp business account or a Page.
//!
//! Sources: WhatsApp Business Management API "Message templates"; Messenger Platform "Send a utility
//! message"; "Paginated results".

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::{GraphClient, GraphFault, Host, client::finish, lookup::answer};

/// What is asked for of each template.
const FIELDS: &str = "id,name,language,status,category,parameter_format,components,\
                      rejected_reason,quality_score";

/// Templates on a page: few enough that an answer stays small.
const PAGE: &str = "50";

/// A business account has at most 6000 templates; more pages than that are none of Meta's.
const MOST_PAGES: usize = 200;

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<Value>,
    #[serde(default)]
    paging: Paging,
}

#[derive(Default, Deserialize)]
struct Paging {
    #[serde(default)]
    cursors: Option<Cursors>,
    #[serde(default)]
    next: Option<Value>,
}

#[derive(Deserialize)]
struct Cursors {
    #[serde(default)]
    after: Option<String>,
}

impl GraphClient {
    /// All templates of a business account or a Page, each as Meta wrote it.
    ///
    /// # Errors
    /// [`GraphFault`]; refusals are Meta's. A failure half-way is a failure: half a list would look
    /// like templates that were deleted.
    pub async fn templates(
        &self,
        owner: &str,
        (token, proof): (&SecretString, Option<&str>),
    ) -> Result<Vec<Value>, GraphFault> {
        let (mut all, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let path = [owner, "message_templates"];
            let request = self.request(Method::GET, Host::Facebook, &path, token, proof)?;
            let mut request = request.query(&[("fields", FIELDS), ("limit", PAGE)]);
            if let Some(cursor) = &after {
                request = request.query(&[("after", cursor)]);
            }
            let page: Page = answer(finish(request).await)?;
            all.extend(page.data);
            let cursor = page.paging.cursors.and_then(|cursors| cursors.after);
            match (page.paging.next, cursor) {
                (Some(_), Some(cursor)) if after.as_ref() != Some(&cursor) => after = Some(cursor),
                _ => return Ok(all),
            }
        }
        Err(GraphFault::Away("the list of templates does not end".into()))
    }
}
