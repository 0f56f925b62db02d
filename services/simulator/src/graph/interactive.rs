//! The form of WhatsApp interactive messages.

use super::error::GraphResult;
use super::shape::Shape;

const BODY: usize = 1_024;
const LIST_BODY: usize = 4_096;
const SIDE_TEXT: usize = 60;
const TITLE: usize = 20;
const REPLY_ID: usize = 256;
const ROW_ID: usize = 200;
const ROW_TITLE: usize = 24;
const ROW_DESCRIPTION: usize = 72;
const ROWS: usize = 10;

/// Checks the `interactive` object.
pub(crate) fn check(body: &Shape<'_>) -> GraphResult<()> {
    body.only(&["type", "header", "body", "footer", "action"])?;
    let kinds = [
        "button",
        "list",
        "cta_url",
        "flow",
        "location_request_message",
        "product",
        "product_list",
        "catalog_message",
        "carousel",
        "voice_call",
        "call_permission_request",
        "request_contact_info",
        "address_message",
        "order_details",
        "order_status",
    ];
    let kind = body.need_one_of("type", &kinds)?;
    if let Some(header) = body.object("header")? {
        let what = header.need_one_of("type", &["text", "image", "video", "document"])?;
        if what == "text" {
            header.need_text_max("text", SIDE_TEXT)?;
        } else {
            header.need_object(what)?;
        }
    }
    if let Some(footer) = body.object("footer")? {
        footer.only(&["text"])?;
        footer.need_text_max("text", SIDE_TEXT)?;
    }
    if kind != "product" {
        let max = if kind == "list" { LIST_BODY } else { BODY };
        body.need_object("body")?.need_text_max("text", max)?;
    }
    let action = body.need_object("action")?;
    match kind {
        "button" => buttons(&action),
        "list" => list(&action),
        "cta_url" => {
            action.need_one_of("name", &["cta_url"])?;
            let parameters = action.need_object("parameters")?;
            parameters.only(&["display_text", "url"])?;
            parameters.need_text_max("display_text", TITLE)?;
            parameters.need_text("url").map(|_| ())
        }
        "flow" => {
            action.need_one_of("name", &["flow"])?;
            let parameters = action.need_object("parameters")?;
            parameters.need_text("flow_message_version")?;
            parameters.need_text_max("flow_cta", 30).map(|_| ())
        }
        "location_request_message" => action.need_one_of("name", &["send_location"]).map(|_| ()),
        _ => Ok(()),
    }
}

fn buttons(action: &Shape<'_>) -> GraphResult<()> {
    action.only(&["buttons"])?;
    let mut seen = Vec::new();
    for button in action.need_objects("buttons", 1, 3)? {
        button.only(&["type", "reply"])?;
        button.need_one_of("type", &["reply"])?;
        let reply = button.need_object("reply")?;
        reply.only(&["id", "title"])?;
        let id = reply.need_text_max("id", REPLY_ID)?;
        let title = reply.need_text_max("title", TITLE)?;
        if seen.iter().any(|(a, b)| *a == id || *b == title) {
            return Err(reply.bad("id", "and title must be unique among the buttons"));
        }
        seen.push((id, title));
    }
    Ok(())
}

fn list(action: &Shape<'_>) -> GraphResult<()> {
    action.only(&["button", "sections"])?;
    action.need_text_max("button", TITLE)?;
    let sections = action.need_objects("sections", 1, 10)?;
    let mut ids = Vec::new();
    for section in &sections {
        section.only(&["title", "rows"])?;
        if sections.len() > 1 {
            section.need_text("title")?;
        }
        section.text_max("title", ROW_TITLE)?;
        for row in section.need_objects("rows", 1, ROWS)? {
            row.only(&["id", "title", "description"])?;
            let id = row.need_text_max("id", ROW_ID)?;
            row.need_text_max("title", ROW_TITLE)?;
            row.text_max("description", ROW_DESCRIPTION)?;
            if ids.contains(&id) {
                return Err(row.bad("id", "must be unique among the rows"));
            }
            ids.push(id);
        }
    }
    if ids.len() > ROWS {
        return Err(action.bad("sections", "may have at most 10 rows together"));
    }
    Ok(())
}
