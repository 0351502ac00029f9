//! Points of pratiche whose places go by criteria, and who has a place among those who have not given up.
//!
//! The order is made here, once: points, instant of INVIA, the younger child, the number. Who gave up stands before nobody:
//! rejected, withdrawn, annulled, or enrolled and ended before the time. What the points are for is the caller's question.

use chrono::{DateTime, NaiveDate, Utc};
use sportello_domain::{
    anno_scolastico::AnnoScolastico,
    id::{EnteId, PersonaId, PraticaId},
    pratica::PraticaStatus,
};

use crate::{
    binds,
    error::Result,
    flight::Write,
    invio::{Invio, NewPratica},
    prenotazione::accepted_without_rank,
    row,
    seal::Sealed,
    statements,
    tx::{Read, Tx},
};

/// What one pratica is given when it is filed.
#[derive(Clone, Debug)]
pub struct NewPunti {
    /// Its points.
    pub punti: i64,
    /// The criteria that gave them, sealed at `graduatoria`, `sealed_criteri`.
    pub sealed_criteri: Sealed,
    /// The child's day of birth, where the form asks for one.
    pub born_on: Option<NaiveDate>,
}

row! {
    /// A pratica in the ranking, for the office.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct GraduatoriaRow {
        /// The pratica.
        pub pratica_id: PraticaId,
        /// Calendar year of its number.
        pub anno: i64,
        /// Number within the year.
        pub numero: i64,
        /// The child's name.
        pub alunno: String,
        /// Applicant's given name.
        pub richiedente_nome: String,
        /// Applicant's family name.
        pub richiedente_cognome: String,
        /// Its state.
        pub status: PraticaStatus,
        /// Its position by points among those who have not given up, from 1.
        pub position: i64,
        /// Its place, from 1: behind those who were accepted, whatever their points.
        pub place: i64,
        /// Its points.
        pub punti: i64,
        /// When it was filed.
        pub filed_at: DateTime<Utc>,
    }
}

/// Texts over one of the two orders, without those who gave up. A place counts those who were accepted before all others, and those
/// who were accepted without standing in the order: what was given out of turn is given.
macro_rules! orders {
    (ranked { $($ranked:ident: $of_ranked:ty = $from_ranked:literal;)* } booked { $($booked:ident: $of_booked:ty = $from_booked:literal;)* }) => {
        statements! {
            ADD = "INSERT INTO graduatoria (ente_id, pratica_id, modello, anno_scolastico, punti, sealed_criteri, born_on, filed_at, numero)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            LOWER = "UPDATE graduatoria SET punti = CASE WHEN punti > $3 THEN punti - $3 ELSE 0 END, sealed_criteri = $4
                WHERE ente_id = $1 AND pratica_id = $2";
            AGE = "UPDATE graduatoria SET born_on = $3 WHERE ente_id = $1 AND pratica_id = $2 AND born_on > $3";
            OF_PRATICA: (i64, Option<Sealed>) = "SELECT punti, sealed_criteri FROM graduatoria WHERE ente_id = $1 AND pratica_id = $2";
            FILED: (i64,) = "SELECT count(*) FROM graduatoria WHERE ente_id = $1 AND modello = $2 AND anno_scolastico = $3";
            TERMS: (Option<DateTime<Utc>>, Option<i64>) = "SELECT book_from, posti FROM modello_publication
                WHERE ente_id = $1 AND code = $2 AND anno_scolastico = $3 ORDER BY withdrawn_at IS NOT NULL, version DESC LIMIT 1";
            $($ranked: $of_ranked = "WITH ordine AS MATERIALIZED (SELECT g.pratica_id, p.persona_id, g.punti, g.filed_at, p.status,
                    row_number() OVER (ORDER BY g.punti DESC, g.filed_at, coalesce(g.born_on, '0001-01-01') DESC, g.numero) AS position,
                    row_number() OVER (ORDER BY p.status NOT IN ('accolta', 'accolta_parziale'), g.punti DESC, g.filed_at,
                        coalesce(g.born_on, '0001-01-01') DESC, g.numero)
                    + (SELECT count(*) FROM pratica q WHERE q.ente_id = $1 AND q.modello = $2 AND q.anno_scolastico = $3 AND q.status IN ('accolta', 'accolta_parziale')
                        AND NOT EXISTS (SELECT 1 FROM graduatoria z WHERE z.ente_id = q.ente_id AND z.pratica_id = q.id)
                        AND NOT EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = q.ente_id AND i.pratica_id = q.id AND i.status = 'cessata')) AS place
                FROM graduatoria g JOIN pratica p ON p.ente_id = g.ente_id AND p.id = g.pratica_id
                WHERE g.ente_id = $1 AND g.modello = $2 AND g.anno_scolastico = $3 AND p.status NOT IN ('rigettata', 'ritirata', 'annullata')
                AND NOT EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = p.ente_id AND i.pratica_id = p.id AND i.status = 'cessata'))
                " $from_ranked;)*
            $($booked: $of_booked = "WITH ordine AS MATERIALIZED (SELECT o.pratica_id, p.persona_id, p.status, row_number() OVER (ORDER BY p.status NOT IN ('accolta', 'accolta_parziale'), o.ordine)" [accepted_without_rank!()] " AS place
                FROM prenotazione o JOIN pratica p ON p.ente_id = o.ente_id AND p.id = o.pratica_id
                WHERE o.ente_id = $1 AND o.modello = $2 AND o.anno_scolastico = $3 AND p.status NOT IN ('rigettata', 'ritirata', 'annullata')
                AND NOT EXISTS (SELECT 1 FROM iscrizione i WHERE i.ente_id = p.ente_id AND i.pratica_id = p.id AND i.status = 'cessata'))
                " $from_booked;)*
        }
    };
}

orders! {
    ranked {
        PLACE: (i64,) = "SELECT place FROM ordine WHERE pratica_id = $4";
        LIVE: (i64,) = "SELECT count(*) FROM ordine";
        ORDER: GraduatoriaRow = "SELECT ordine.pratica_id, p.anno, p.numero, p.alunno, r.nome AS richiedente_nome, r.cognome AS richiedente_cognome, p.status, ordine.position, ordine.place, ordine.punti, ordine.filed_at
            FROM ordine JOIN pratica p ON p.ente_id = $1 AND p.id = ordine.pratica_id JOIN persona r ON r.ente_id = p.ente_id AND r.id = p.persona_id
            WHERE ordine.position > $4 ORDER BY ordine.position LIMIT $5";
        CALLED: (PraticaId, PersonaId) = "SELECT pratica_id, persona_id FROM ordine WHERE place <= $4 AND status = 'lista_attesa'
            AND NOT EXISTS (SELECT 1 FROM compito c WHERE c.ente_id = $1 AND c.pratica_id = ordine.pratica_id AND c.kind = 'posto')
            ORDER BY place LIMIT 100";
    }
    booked {
        CALLED_BOOKED: (PraticaId, PersonaId) = "SELECT pratica_id, persona_id FROM ordine WHERE place <= $4 AND status = 'lista_attesa'
            AND NOT EXISTS (SELECT 1 FROM compito c WHERE c.ente_id = $1 AND c.pratica_id = ordine.pratica_id AND c.kind = 'posto')
            ORDER BY place LIMIT 100";
    }
}

impl NewPunti {
    pub(crate) fn write<'a>(
        &'a self,
        ente: &'a EnteId,
        invio: &'a Invio,
        pratica: &'a NewPratica,
        numero: &'a i64,
    ) -> Write<'a> {
        let binds = binds![
            *ente,
            pratica.id,
            invio.modello,
            invio.anno_scolastico,
            self.punti,
            self.sealed_criteri,
            self.born_on,
            invio.received_at,
            *numero
        ];
        Write::new(ADD, binds)
    }
}

/// Takes from a pratica what its amended answers do not give any more: so many points, with the criteria that are left, and the
/// younger age. It gains nothing.
pub async fn lower(tx: &mut Tx, ente: EnteId, pratica: PraticaId, (points, to): (i64, &NewPunti)) -> Result<()> {
    if points > 0 {
        tx.execute(LOWER, binds![ente, pratica, points, to.sealed_criteri]).await?;
    }
    tx.execute(AGE, binds![ente, pratica, to.born_on]).await?;
    Ok(())
}

/// The points of a pratica and the criteria that gave them, while they are kept; nothing where it has none.
pub async fn of_pratica(read: &mut Read, ente: EnteId, pratica: PraticaId) -> Result<Option<(i64, Option<Sealed>)>> {
    read.fetch_optional(OF_PRATICA, binds![ente, pratica]).await
}

/// How many pratiche were given points, those who gave up among them.
pub async fn filed(read: &mut Read, ente: EnteId, modello: &str, anno: AnnoScolastico) -> Result<i64> {
    let (filed,): (i64,) = read.fetch_one(FILED, binds![ente, modello, anno]).await?;
    Ok(filed)
}

/// From when places are booked and how many there are, as the version that counts says.
pub async fn terms(
    read: &mut Read,
    ente: EnteId,
    modello: &str,
    anno: AnnoScolastico,
) -> Result<(Option<DateTime<Utc>>, Option<i64>)> {
    let found: Option<(Option<DateTime<Utc>>, Option<i64>)> =
        read.fetch_optional(TERMS, binds![ente, modello, anno]).await?;
    Ok(found.unwrap_or_default())
}

/// The place of a pratica by points, from 1, behind those who were accepted; nothing where it has none or gave up.
pub async fn place(
    read: &mut Read,
    ente: EnteId,
    (modello, anno): (&str, AnnoScolastico),
    pratica: PraticaId,
) -> Result<Option<i64>> {
    let found: Option<(i64,)> = read.fetch_optional(PLACE, binds![ente, modello, anno, pratica]).await?;
    Ok(found.map(|(place,)| place))
}

/// How many stand in the order by points.
pub async fn live(read: &mut Read, ente: EnteId, modello: &str, anno: AnnoScolastico) -> Result<i64> {
    let (live,): (i64,) = read.fetch_one(LIVE, binds![ente, modello, anno]).await?;
    Ok(live)
}

/// The order by points behind the position `after`, at most `limit` rows (500).
pub async fn order(
    read: &mut Read,
    ente: EnteId,
    (modello, anno): (&str, AnnoScolastico),
    after: i64,
    limit: i64,
) -> Result<Vec<GraduatoriaRow>> {
    read.fetch_all(ORDER, binds![ente, modello, anno, after, limit.clamp(0, 500)]).await
}

/// Those on the waiting list who stand within the places and of whom the office was not told, with their applicants; at most 100.
pub async fn called(
    read: &mut Read,
    ente: EnteId,
    (modello, anno): (&str, AnnoScolastico),
    (posti, booked): (i64, bool),
) -> Result<Vec<(PraticaId, PersonaId)>> {
    let text = if booked { CALLED_BOOKED } else { CALLED };
    read.fetch_all(text, binds![ente, modello, anno, posti]).await
}
