//! What was once written to a queue decodes for ever: one golden bundle of each kind of message.
//! Files under `golden/` are only ever added. To add one: write its envelope below and run the
//! test with `GOLDEN=write`; it never overwrites a file.

#[cfg(test)]
mod samples;

#[cfg(test)]
mod golden {
    use std::{fs, path::PathBuf};

    use bytes::Bytes;
    use switchboard_contract::{Body, Envelope, decode, encode, wire};
    use switchboard_domain::{
        Content,
        content::{Button, Media, MediaKind},
        conversation::{AfterTurn, HandOff, SendOutcome, Signal, ThreadAction},
        ids::UserId,
    };

    use crate::samples;

    const ID: &str = "0190b1a2-0000-7000-8000-000000000000";

    fn envelope(name: &str, body: Body) -> (String, Envelope) {
        let envelope = Envelope {
            id: format!("golden:{name}"),
            traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into(),
            tracestate: "vendor=1".into(),
            created_at_us: 1_790_000_000_000_001,
            body: Some(body),
        };
        (name.to_owned(), envelope)
    }

    fn prompt() -> wire::Content {
        let reply = Button::Reply { title: "Yes".into(), payload: "YES".into() };
        let link = Button::Link { title: "Shop".into(), url: "https://shop.example/".into() };
        Content::Prompt { text: "Sure?".into(), buttons: vec![reply, link] }.into()
    }

    fn image() -> wire::Content {
        Content::Media(Media {
            url: Some("https://cdn.example/1.jpg".into()),
            platform_id: Some("77".into()),
            mime_type: Some("image/jpeg".into()),
            caption: Some("äöå 🎉".into()),
            ..Media::of(MediaKind::Image)
        })
        .into()
    }

    fn from_people_and_meta() -> Vec<(String, Envelope)> {
        let action = |action| wire::AgentAction {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            agent_id: ID.into(),
            action: Some(action),
        };
        let reply = wire::agent_action::Reply {
            message_id: ID.into(),
            content: Some(image()),
            reply_to: None,
        };
        let platform = wire::PlatformEvent {
            app_key: "shop".into(),
            channel: "messenger".into(),
            account: "1".into(),
            customer: "2".into(),
            kind: "message".into(),
            dedupe_key: "message:m_1".into(),
            at_us: 1_790_000_000_000_000,
            raw: "{}".into(),
        };
        let reply = wire::agent_action::Action::Reply(reply);
        let resolve = wire::agent_action::Action::Resolve(wire::Empty {});
        let unlink = wire::agent_action::Action::Unlink(wire::Empty {});
        let note = wire::agent_action::Action::Note(wire::agent_action::Note {
            message_id: ID.into(),
            text: "@Ann, look".into(),
            mention_ids: vec![ID.into()],
        });
        let urgent = wire::agent_action::Action::SetPriority("urgent".into());
        let transfer = wire::agent_action::Action::Transfer(wire::agent_action::Transfer {
            note: Some("wants a quote".into()),
            to: Some(wire::agent_action::transfer::To::TeamId(ID.into())),
        });
        vec![
            envelope("platform_event", Body::Platform(platform)),
            envelope("agent_reply", Body::AgentAction(action(reply))),
            envelope("agent_resolve", Body::AgentAction(action(resolve))),
            envelope("agent_set_priority", Body::AgentAction(action(urgent))),
            envelope("agent_transfer", Body::AgentAction(action(transfer))),
            envelope("agent_unlink", Body::AgentAction(action(unlink))),
            envelope("agent_note", Body::AgentAction(action(note))),
            envelope(
                "erase_conversation",
                Body::EraseConversation(wire::EraseConversation {
                    workspace_id: ID.into(),
                    conversation_id: ID.into(),
                    deletion_code: "0123456789abcdef01234567".into(),
                }),
            ),
            envelope(
                "agent_thread",
                Body::AgentAction(action(wire::agent_action::Action::Thread(
                    ThreadAction::Pass { to: "263902037430900".into() }.into(),
                ))),
            ),
        ]
    }

    /// Two conversations that are one customer's.
    fn of_one_customer() -> Vec<(String, Envelope)> {
        vec![
            envelope(
                "conversation_merged",
                Body::ConversationMerged(wire::ConversationMerged {
                    workspace_id: ID.into(),
                    conversation_id: ID.into(),
                    into_conversation_id: ID.into(),
                }),
            ),
            envelope(
                "conversation_joined",
                Body::ConversationJoined(wire::ConversationJoined {
                    workspace_id: ID.into(),
                    conversation_id: ID.into(),
                    from_conversation_id: ID.into(),
                    unread: 2,
                    block: None,
                }),
            ),
        ]
    }

    fn from_our_services() -> Vec<(String, Envelope)> {
        let bot_reply = wire::BotReply { replies: vec![prompt()], ..reply_of(Vec::new()) };
        let bot_reply = bot_reply.then_do(AfterTurn::HandOff(HandOff::BotUnsure));
        let outcome = SendOutcome::Sent { external_id: "m_1".into() };
        let report = wire::SendReport {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            message_id: ID.into(),
            send_id: ID.into(),
            outcome: Some(outcome.into()),
            code: None,
        };
        let timer = wire::TimerDue {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            timer_id: format!("{ID}/turn_deadline"),
            kind: "turn_deadline".into(),
            turn_id: ID.into(),
            ..wire::TimerDue::default()
        };
        let promise = wire::TimerDue {
            timer_id: format!("{ID}/sla"),
            kind: "sla".into(),
            turn_id: String::new(),
            due_us: 1_790_000_600_000_000,
            ..timer.clone()
        };
        let (workspace_id, conversation_id) = (ID.to_owned(), ID.to_owned());
        let offer = wire::Offer { workspace_id, conversation_id, agent_id: ID.into(), ticket: 7 };
        let (workspace_id, conversation_id) = (ID.to_owned(), ID.to_owned());
        let gone = wire::AgentGone { workspace_id, conversation_id, agent_id: ID.into() };
        let found = wire::ProfileFound {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            name: Some("Åsa".into()),
            username: None,
        };
        let note = Content::Note { text: "Look".into(), mentions: vec![UserId::derive("ann")] };
        assert_eq!(Content::try_from(wire::Content::from(note.clone())).unwrap(), note);
        vec![
            envelope("profile_found", Body::ProfileFound(found)),
            envelope("bot_reply_of_every_content", Body::BotReply(reply_of(samples::contents()))),
            envelope("content_note", Body::BotReply(reply_of(vec![note]))),
            envelope(
                "thread_report",
                Body::ThreadReport(wire::ThreadReport {
                    workspace_id: ID.into(),
                    conversation_id: ID.into(),
                    action: Some(ThreadAction::Take.into()),
                    refused: Some("not allowed".into()),
                }),
            ),
            envelope("bot_reply", Body::BotReply(bot_reply)),
            envelope("send_report", Body::SendReport(report)),
            envelope("timer_due", Body::TimerDue(timer)),
            envelope("timer_due_of_a_promise", Body::TimerDue(promise)),
            envelope("offer", Body::Offer(offer)),
            envelope("agent_gone", Body::AgentGone(gone)),
        ]
    }

    fn reply_of(contents: Vec<Content>) -> wire::BotReply {
        wire::BotReply {
            workspace_id: ID.into(),
            conversation_id: ID.into(),
            turn_id: ID.into(),
            replies: contents.into_iter().map(Into::into).collect(),
            ..wire::BotReply::default()
        }
        .then_do(AfterTurn::Stay)
    }

    fn recipient() -> wire::Recipient {
        wire::Recipient {
            scoped_id: None,
            user_id: Some("US.1".into()),
            phone: Some("15551230000".into()),
        }
    }

    fn requests() -> Vec<(String, Envelope)> {
        let thread = wire::ThreadRequest {
            workspace_id: ID.into(),
            account_id: ID.into(),
            conversation_id: ID.into(),
            conversation_shard: 31,
            recipient: Some(recipient()),
            action: Some(ThreadAction::Release.into()),
        };
        let signal = wire::Signal {
            workspace_id: ID.into(),
            account_id: ID.into(),
            conversation_id: ID.into(),
            recipient: Some(recipient()),
            kind: Some(Signal::Seen { up_to: Some("wamid.1".into()) }.into()),
        };
        let errand = wire::Errand {
            workspace_id: ID.into(),
            account_id: String::new(),
            errand_id: ID.into(),
            kind: "doctor".into(),
            input: "{}".into(),
        };
        let Some(wire::content::Kind::Media(image)) = image().kind else { panic!("a file") };
        let media = wire::MediaRequest {
            workspace_id: ID.into(),
            account_id: ID.into(),
            conversation_id: ID.into(),
            conversation_shard: 31,
            message_id: ID.into(),
            r#do: Some(wire::media_request::Do::Fetch(image)),
        };
        vec![
            envelope("thread_request", Body::ThreadRequest(thread)),
            envelope("signal", Body::Signal(signal)),
            envelope("errand", Body::Errand(errand)),
            envelope("media_request", Body::MediaRequest(media)),
            envelope(
                "media_report",
                Body::MediaReport(wire::MediaReport {
                    workspace_id: ID.into(),
                    conversation_id: ID.into(),
                    message_id: ID.into(),
                }),
            ),
        ]
    }

    fn outbound() -> Vec<(String, Envelope)> {
        vec![
            envelope(
                "send_request",
                Body::SendRequest(wire::SendRequest {
                    workspace_id: ID.into(),
                    account_id: ID.into(),
                    conversation_id: ID.into(),
                    conversation_shard: 31,
                    send_id: ID.into(),
                    message_id: ID.into(),
                    recipient: Some(recipient()),
                    content: Some(prompt()),
                    sender: "human".into(),
                    label: "human_agent".into(),
                    not_after_us: 1_790_000_000_000_000,
                    ..wire::SendRequest::default()
                }),
            ),
            envelope(
                "send_settled",
                Body::SendSettled(wire::SendSettled {
                    workspace_id: ID.into(),
                    send_id: ID.into(),
                    external_id: "wamid.1".into(),
                }),
            ),
            envelope(
                "profile_request",
                Body::ProfileRequest(wire::ProfileRequest {
                    workspace_id: ID.into(),
                    account_id: ID.into(),
                    conversation_id: ID.into(),
                    conversation_shard: 5,
                    scoped_id: "9001".into(),
                }),
            ),
            envelope("wake", Body::Wake(wire::Wake {})),
            envelope(
                "account_changed",
                Body::AccountChanged(wire::AccountChanged {
                    workspace_id: ID.into(),
                    account_id: ID.into(),
                }),
            ),
        ]
    }

    fn others() -> Vec<(String, Envelope)> {
        vec![
            envelope(
                "desk_event",
                Body::DeskEvent(wire::DeskEvent {
                    workspace_id: ID.into(),
                    topic: "conversation".into(),
                    conversation_id: ID.into(),
                    revision: 12,
                    agent_id: String::new(),
                }),
            ),
            envelope(
                "desk_typing",
                Body::DeskEvent(wire::DeskEvent {
                    workspace_id: ID.into(),
                    topic: "typing".into(),
                    conversation_id: ID.into(),
                    revision: 12,
                    agent_id: ID.into(),
                }),
            ),
            envelope(
                "dead_letter",
                Body::DeadLetter(wire::DeadLetter {
                    topic: "inbound.07".into(),
                    reason: "field x is not valid".into(),
                    payload: Bytes::from_static(b"\x00\x01"),
                }),
            ),
        ]
    }

    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
    }

    #[test]
    fn every_golden_message_still_decodes_to_what_it_meant() {
        let requests = [outbound(), requests()].concat();
        let bodies = samples::bodies(prompt()).into_iter();
        let others_still = bodies.map(|(name, body)| envelope(name, body)).collect();
        let all = [
            from_people_and_meta(),
            from_our_services(),
            of_one_customer(),
            requests,
            others_still,
            others(),
        ]
        .concat();
        for (name, meant) in &all {
            let path = folder().join(format!("{name}.v1.bin"));
            if !path.exists() && std::env::var("GOLDEN").is_ok_and(|value| value == "write") {
                fs::write(&path, encode(vec![meant.clone()])).unwrap();
            }
            let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(&decode(bytes.into()).unwrap(), std::slice::from_ref(meant), "{name}");
        }
        let files = fs::read_dir(folder()).unwrap().count();
        assert_eq!(files, all.len(), "each golden file is read by this test");
    }

    #[test]
    fn a_format_of_the_future_is_refused_and_kept() {
        let future = wire::Bundle { version: 2, envelopes: Vec::new() };
        let error = decode(prost::Message::encode_to_vec(&future).into()).unwrap_err();
        assert!(error.to_string().contains("version 2"), "{error}");
        assert!(decode(Bytes::from_static(b"not protobuf")).is_err());
    }

    #[test]
    fn content_survives_the_wire() {
        for content in [samples::contents(), samples::below::contents()].concat() {
            let wired = wire::Content::from(content.clone());
            assert_eq!(Content::try_from(wired).unwrap(), content);
        }
    }
}
