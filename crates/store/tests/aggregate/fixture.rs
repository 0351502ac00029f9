//! A small ente with people, a published modello and ready answers.

mod sample;

pub use sample::*;

use sportello_domain::{
    id::{AlunnoId, BozzaId, EnteId, PersonaId, PraticaId, RequestId},
    pratica::PraticaStatus,
};
use sportello_store::{
    Json, Read, Result, Store, Tx,
    alunno::{self},
    audit::AuditRow,
    bozza::{self},
    bozza_purge,
    evento::{ActorKind, EventoRow},
    idempotenza::{Answer, NewAnswer},
    invio::{self, Invio, NewPratica, Submitted},
    modello::{self},
    notifica::{Channel, NotificaRow, NotificaState},
    persona, scuola,
    testing::{TestDatabase, id, now},
};

/// An ente with two people and one modello.
#[derive(Clone)]
pub struct World {
    pub store: Store,
    pub ente: EnteId,
    /// Laura Ferrari.
    pub persona: PersonaId,
    /// Mario Rossi.
    pub other: PersonaId,
}

impl World {
    pub async fn new(database: &TestDatabase) -> Self {
        Self::at(database, "prova").await
    }

    /// The same at an ente of this slug.
    pub async fn at(database: &TestDatabase, slug: &str) -> Self {
        let store = database.store.clone();
        let ente = new_ente(&store, slug).await;
        let world = Self { store, ente, persona: PersonaId::new(id()), other: PersonaId::new(id()) };
        let (persona, other) = (world.persona, world.other);
        let people = async move |tx: &mut Tx| {
            persona::sign_in(tx, ente, persona, &identita(PARENT, "Laura", "Ferrari"), now()).await?;
            persona::sign_in(tx, ente, other, &identita(OTHER_PARENT, "Mario", "Rossi"), now()).await?;
            modello::publish(tx, ente, &publication("{}")).await.map(drop)
        };
        world.write(people).await.unwrap();
        world
    }

    /// The same people at another ente of the same database.
    pub async fn neighbour(&self) -> EnteId {
        new_ente(&self.store, "vicino").await
    }

    pub async fn write<T, F>(&self, body: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.store.write(self.ente, body).await
    }

    pub async fn read<T, F>(&self, body: F) -> T
    where
        F: AsyncFnOnce(&mut Read) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        self.store.read(self.ente, body).await.unwrap()
    }

    /// Laura's draft.
    pub async fn draft(&self) -> BozzaId {
        let (ente, new) = (self.ente, draft_of(self.persona));
        let key = new.id;
        self.write(async move |tx| bozza::create(tx, ente, &new).await).await.unwrap();
        key
    }

    /// Throws away Laura's open draft, if there is one.
    pub async fn discard_open(&self) {
        let (ente, laura) = (self.ente, self.persona);
        let discard = async move |tx: &mut Tx| match bozza::open_of(tx, ente, laura, MENSA).await? {
            Some(open) => bozza_purge::discard(tx, ente, laura, open).await.map(drop),
            None => Ok(()),
        };
        self.write(discard).await.unwrap();
    }

    /// One more person, with a draft.
    pub async fn newcomer(&self, number: i64) -> (PersonaId, BozzaId) {
        let (ente, persona) = (self.ente, PersonaId::new(id()));
        let new = draft_of(persona);
        let key = new.id;
        let begin = async move |tx: &mut Tx| {
            let says = identita(&format!("NUOVO{number}"), "Ada", "Neri");
            persona::sign_in(tx, ente, persona, &says, now()).await?;
            bozza::create(tx, ente, &new).await
        };
        self.write(begin).await.unwrap();
        (persona, key)
    }

    /// A school with a class, and Laura's child.
    pub async fn school(&self) -> AlunnoId {
        let (ente, key) = (self.ente, AlunnoId::new(id()));
        let school = async move |tx: &mut Tx| {
            scuola::put_plesso(tx, ente, &plesso("primaria", 1)).await?;
            scuola::put_classe(tx, ente, &classe("primaria", "3a")).await?;
            alunno::put(tx, ente, &child(key)).await.map(|child| child.id)
        };
        self.write(school).await.unwrap()
    }

    /// Files a draft of Laura's with these children; gives their pratiche and numbers.
    pub async fn filed(&self, children: &[&str]) -> (Invio, Vec<i64>) {
        let invio = self.invio(self.draft().await, children);
        match self.submit(&invio).await.unwrap() {
            Submitted::Filed { numeri, .. } => (invio, numeri),
            Submitted::Changed => panic!("a fresh draft is open at revision 1"),
        }
    }

    pub async fn submit(&self, invio: &Invio) -> Result<Submitted> {
        let (ente, invio) = (self.ente, invio.clone());
        self.write(async move |tx| invio::submit(tx, ente, &invio).await).await
    }

    /// What INVIA of a draft of Laura's writes, one pratica for each child's codice fiscale.
    pub fn invio(&self, bozza: BozzaId, children: &[&str]) -> Invio {
        let pratiche: Vec<NewPratica> = children.iter().map(|codice| new_pratica(codice)).collect();
        let steps = pratiche.iter().map(|pratica| self.step(pratica.id, PraticaStatus::Registered)).collect();
        Invio {
            bozza_id: bozza,
            persona_id: self.persona,
            revision: 1,
            modello: MENSA.to_owned(),
            modello_version: 1,
            hash: "hash-{}".to_owned(),
            anno_scolastico: ANNO,
            anno: 2026,
            received_at: now(),
            due_on: day(2026, 10, 1),
            first_numero: 1,
            registrazione: registrazione(),
            notifiche: vec![self.notifica(bozza)],
            jobs: vec![new_job("receipt")],
            audit: vec![self.deed("pratica.submit")],
            answer: self.answer("chiave-1", 1),
            allegati: Vec::new(),
            pratiche,
            steps,
        }
    }

    pub fn step(&self, pratica: PraticaId, kind: PraticaStatus) -> EventoRow {
        EventoRow {
            id: id(),
            pratica_id: pratica,
            kind,
            at: now(),
            actor_kind: ActorKind::Cittadino,
            actor: Some(self.persona),
            note: None,
        }
    }

    pub fn notifica(&self, bozza: BozzaId) -> NotificaRow {
        NotificaRow {
            id: id(),
            persona_id: self.persona,
            bozza_id: Some(bozza),
            pratica_id: None,
            channel: Channel::Email,
            message_id: id().to_string(),
            kind: "ricevuta".to_owned(),
            state: NotificaState::Queued,
            queued_at: now(),
            sent_at: None,
        }
    }

    pub fn deed(&self, action: &str) -> AuditRow {
        AuditRow {
            id: id(),
            at: now(),
            actor: Some(self.persona),
            capacity: "cittadino".to_owned(),
            action: action.to_owned(),
            object_kind: "pratica".to_owned(),
            object_id: None,
            request_id: Some(RequestId::new(id())),
            detail: Json(serde_json::json!({})),
        }
    }

    /// An answer under a key; `body` stands for the request.
    pub fn answer(&self, key: &str, body: u8) -> NewAnswer {
        let answer = Answer { body_hash: vec![body; 32], status: 303, answer: Json(serde_json::json!({"a": 1})) };
        NewAnswer { actor: self.persona, key: format!("{key}-{}", id()), answer, created_at: now() }
    }
}
