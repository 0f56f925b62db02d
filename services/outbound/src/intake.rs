//! What arrives on an outbound lane: sends to take up, proofs, and accounts that changed.
//!
//! Runs inside the lane's transaction and writes only what must be durable there; whatever concerns
//! the order and the speed of sending goes to the shard's task once it is committed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use prost::Message as _;
use switchboard_contract::{
    Body, Envelope, Invalid,
    convert::{conversation_shard, parse},
    wire::{AccountChanged, SendRequest, SendSettled},
};
use switchboard_domain::{
    Channel, Content,
    ids::{AccountId, ConversationId, SendId, WorkspaceId},
    shard::AccountShard,
};
use switchboard_lane::{Fault, Machine, Moment, Out};
use switchboard_store::{
    Db, StoreError,
    accounts::{self, Health},
    media::work,
    sends::{self, NewSend, OpenSend, State},
};
use tokio::sync::mpsc;

use crate::{
    beside::{self, Aside},
    block_list,
    context::Context,
    errands::{self, Job},
    media,
    profiles::{self, Question},
    report,
};

/// What the shard's task has to know, and the epoch it was committed under.
#[derive(Debug)]
pub(crate) struct News {
    pub(crate) epoch: i64,
    pub(crate) kind: Kind,
}

/// See [`News`].
#[derive(Debug)]
pub(crate) enum Kind {
    /// A send was taken up.
    Accepted(Box<OpenSend>),
    /// Proof came that a send arrived.
    Settled(AccountId, ConversationId, SendId),
    /// An account changed.
    Changed(AccountId),
}

/// Where the news goes. When the task cannot keep up it is told to look at the store instead, so
/// that memory stays bounded.
#[derive(Debug, Clone)]
pub(crate) struct Outlet {
    news: mpsc::Sender<News>,
    overflow: Arc<AtomicBool>,
}

/// The other end of an [`Outlet`].
#[derive(Debug)]
pub(crate) struct Inlet {
    pub(crate) news: mpsc::Receiver<News>,
    overflow: Arc<AtomicBool>,
}

/// A way for news with room for this much.
pub(crate) fn channel(room: usize) -> (Outlet, Inlet) {
    let (sender, receiver) = mpsc::channel(room);
    let overflow = Arc::new(AtomicBool::new(false));
    let inlet = Inlet { news: receiver, overflow: Arc::clone(&overflow) };
    (Outlet { news: sender, overflow }, inlet)
}

impl Outlet {
    fn put(&self, news: News) {
        if self.news.try_send(news).is_err() {
            self.overflow.store(true, Ordering::Release);
        }
    }
}

impl Inlet {
    /// Whether news was left out since the last time this was asked.
    pub(crate) fn overflowed(&self) -> bool {
        self.overflow.swap(false, Ordering::AcqRel)
    }
}

/// The machine of one outbound lane.
pub(crate) struct Intake {
    shard: AccountShard,
    context: Arc<Context>,
    outlet: Outlet,
    pending: Vec<News>,
    questions: Vec<Question>,
    asides: Vec<Aside>,
    errands: Vec<Job>,
    /// Something is to be done with files.
    files: bool,
    /// Meta is to be told whom to block.
    blocks: bool,
}

impl Intake {
    pub(crate) fn new(shard: AccountShard, context: Arc<Context>, outlet: Outlet) -> Self {
        Self {
            shard,
            context,
            outlet,
            pending: Vec::new(),
            questions: Vec::new(),
            asides: Vec::new(),
            errands: Vec::new(),
            files: false,
            blocks: false,
        }
    }

    fn accept(
        &mut self,
        db: &mut Db,
        (envelope, request): (&Envelope, &SendRequest),
        moment: Moment,
    ) -> Result<(), Fault> {
        let send = self.check(&SendRequest {
            traceparent: envelope.traceparent.clone(),
            tracestate: envelope.tracestate.clone(),
            ..request.clone()
        })?;
        if let Some(position) = sends::accept(db, &send, moment.now)? {
            let (state, not_before) = (State::Queued, moment.now);
            let open = OpenSend { position, send, state, attempt: 0, epoch: 0, not_before };
            self.tell(moment, Kind::Accepted(Box::new(open)));
        }
        Ok(())
    }

    /// Everything that is needed later is looked at now: what is wrong goes to the dead letters and
    /// not into a conversation's way.
    fn check(&self, request: &SendRequest) -> Result<NewSend, Invalid> {
        let account: AccountId = parse("send_request.account_id", &request.account_id)?;
        if AccountShard::of(&account.to_string()) != self.shard {
            return Err(Invalid::new("send_request.account_id", "an account of another shard"));
        }
        conversation_shard(request.conversation_shard)?;
        request.sender_kind()?;
        request.label_kind()?;
        let content = request.content.clone();
        let content = content.ok_or_else(|| Invalid::new("send_request.content", "nothing"))?;
        Content::try_from(content)?;
        Ok(NewSend {
            id: parse("send_request.send_id", &request.send_id)?,
            workspace: parse("send_request.workspace_id", &request.workspace_id)?,
            account,
            conversation: parse("send_request.conversation_id", &request.conversation_id)?,
            message: parse("send_request.message_id", &request.message_id)?,
            shard: self.shard,
            request: request.encode_to_vec().into(),
        })
    }

    fn settle(&mut self, db: &mut Db, settled: &SendSettled, moment: Moment) -> Result<(), Fault> {
        let workspace: WorkspaceId = parse("send_settled.workspace_id", &settled.workspace_id)?;
        let send: SendId = parse("send_settled.send_id", &settled.send_id)?;
        let whose = sends::settle(db, workspace, send, &settled.external_id, moment.now)?;
        if let Some((account, conversation)) = whose {
            self.tell(moment, Kind::Settled(account, conversation, send));
        }
        Ok(())
    }

    fn changed(
        &mut self,
        db: &mut Db,
        changed: &AccountChanged,
        (moment, out): (Moment, &mut Out),
    ) -> Result<(), Fault> {
        let workspace: WorkspaceId = parse("account_changed.workspace_id", &changed.workspace_id)?;
        let account: AccountId = parse("account_changed.account_id", &changed.account_id)?;
        if accounts::health(db, workspace, account)?.is_some_and(|health| health.paused) {
            let works = Health { paused: false, reason: String::new(), since: moment.now };
            accounts::set_health(db, workspace, account, &works)?;
            report::tell_desk(workspace, account, moment.now, out);
        }
        work::hasten(db, account, moment.now)?;
        self.files = true;
        self.tell(moment, Kind::Changed(account));
        Ok(())
    }

    fn drop_pending(&mut self) {
        self.pending.clear();
        self.questions.clear();
        self.asides.clear();
        self.errands.clear();
    }

    fn tell(&mut self, moment: Moment, kind: Kind) {
        self.pending.push(News { epoch: moment.epoch, kind });
    }
}

impl Machine for Intake {
    /// What an owner before had on its way has an unknown fate: it waits for proof and is never
    /// sent again blindly. The open sends themselves are read by the shard's task.
    fn begin(&mut self, db: &mut Db, moment: Moment) -> Result<(), StoreError> {
        self.drop_pending();
        for channel in Channel::ALL {
            let until = moment.now.plus(self.context.doubt(channel));
            let count = sends::doubt(db, self.shard, channel, until)?;
            if count > 0 {
                let shard = self.shard.number();
                tracing::warn!(shard, %channel, count, "sends of the owner before are in doubt");
            }
        }
        Ok(())
    }

    fn apply(
        &mut self,
        db: &mut Db,
        envelope: &Envelope,
        moment: Moment,
        out: &mut Out,
    ) -> Result<(), Fault> {
        match &envelope.body {
            Some(Body::SendRequest(request)) => self.accept(db, (envelope, request), moment),
            Some(Body::SendSettled(settled)) => self.settle(db, settled, moment),
            Some(Body::AccountChanged(changed)) => self.changed(db, changed, (moment, out)),
            Some(Body::ProfileRequest(request)) => {
                let (envelope, request) = (envelope.clone(), request.clone());
                self.questions.push(Question { envelope, request });
                Ok(())
            }
            Some(Body::Signal(signal)) => {
                self.asides.push(Aside::Signal(envelope.clone(), signal.clone()));
                Ok(())
            }
            Some(Body::ThreadRequest(request)) => {
                self.asides.push(Aside::Thread(envelope.clone(), request.clone()));
                Ok(())
            }
            Some(Body::MediaRequest(request)) => {
                self.files = true;
                media::take_up(db, request, moment)
            }
            Some(Body::BlockRequest(request)) => {
                self.blocks = true;
                block_list::take_up(db, request, moment)
            }
            Some(Body::Errand(errand)) => {
                let job = errands::read(envelope, errand)?;
                if errands::take_up(db, &job, moment)? {
                    self.errands.push(job);
                }
                Ok(())
            }
            // Whoever receives it owns the lane by now, which is all that is asked.
            Some(Body::Wake(_)) => Ok(()),
            _ => Err(Invalid::new("body", "something that does not belong on this lane").into()),
        }
    }

    fn flush(&mut self, _: &mut Db, _: Moment, _: &mut Out) -> Result<(), StoreError> {
        Ok(())
    }

    fn committed(&mut self) {
        for news in self.pending.drain(..) {
            self.outlet.put(news);
        }
        for question in self.questions.drain(..) {
            profiles::ask(&self.context, question);
        }
        for aside in self.asides.drain(..) {
            beside::start(&self.context, aside);
        }
        for job in self.errands.drain(..) {
            errands::start(&self.context, job);
        }
        if std::mem::take(&mut self.files) {
            self.context.files_wanted.notify_one();
        }
        if std::mem::take(&mut self.blocks) {
            self.context.blocks_wanted.notify_one();
        }
    }

    fn forget(&mut self) {
        self.drop_pending();
    }
}
