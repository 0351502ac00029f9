//! A crowd of a test: many families with filings like one that was sent, without filling in each.

use sportello_domain::id::BozzaId;
use sportello_store::{Tx, binds};

use super::App;
use crate::Ctx;

const CONSONANTS: &[u8] = b"BCDFGLMNPRSTVZ";

/// Family name number `number` (below 2,744): three consonants and a vowel between, each with a codice fiscale of its own.
fn surname(number: usize) -> String {
    let base = CONSONANTS.len();
    assert!(number < base.pow(3), "there are fewer names than that");
    let letter = |place: u32| char::from(CONSONANTS[number / base.pow(place) % base]);
    format!("{}a{}o{}i", letter(0), letter(1).to_ascii_lowercase(), letter(2).to_ascii_lowercase())
}

impl App {
    /// Another family with a filing just like the one that was sent, whose pratica bears the number `number` places on:
    /// filling in a thousand forms is not what such a test asks about.
    pub async fn like(&self, filed: BozzaId, number: usize) -> (Ctx, BozzaId) {
        let ctx = self.cittadino(&surname(number)).await;
        let (ente, persona) = (self.ente.id, ctx.cittadino().expect("a citizen").persona);
        let now = self.clock.now();
        let [bozza, pratica] = [self.portal.chance().uuid(now), self.portal.chance().uuid(now)];
        let number = i64::try_from(number).expect("a small number");
        let write = async move |tx: &mut Tx| {
            tx.execute(
                "INSERT INTO bozza (ente_id, id, persona_id, modello, modello_version, hash, revision, status, created_at, updated_at, expires_at)
                    SELECT ente_id, $3, $4, modello, modello_version, hash, revision, status, created_at, updated_at, expires_at
                    FROM bozza WHERE ente_id = $1 AND id = $2",
                binds![ente, filed, bozza, persona],
            )
            .await?;
            tx.execute(
                "INSERT INTO pratica (ente_id, id, anno, numero, bozza_id, modello, modello_version, hash, persona_id, alunno, search_key, anno_scolastico, contested, status, version, answers, received_at, due_on)
                    SELECT ente_id, $3, anno, numero + $4, $5, modello, modello_version, hash, $6, alunno, search_key, anno_scolastico, contested, status, version, answers, received_at, due_on
                    FROM pratica WHERE ente_id = $1 AND bozza_id = $2",
                binds![ente, filed, pratica, number, bozza, persona],
            )
            .await
        };
        self.portal.store().write(ente, write).await.expect("a filing can be made again");
        (ctx, BozzaId::new(bozza))
    }
}
