//! Mandates, files of collections and answers of the bank.

use crate::fixture::{ANNO, World, day, later};
use chrono::NaiveDate;
use sportello_domain::{
    id::{AlunnoId, DistintaId, DocumentoContabileId, IscrizioneId, MandatoId, PersonaId, PosizioneId, PraticaId},
    sdd::SequenceType,
};
use sportello_store::{
    Error, Json, Result, Tx, binds,
    collectable::{self, Collectable, Wanted},
    distinta::{self, CHUNK, DistintaStatus, Finished, NewRiga, RigaStatus},
    esito_sdd::{self, EsitoRow},
    iscrizione::{self, IscrizioneRow, IscrizioneStatus},
    mandato::{self, MandatoRow, MandatoStatus},
    seal::Sealed,
    testing::{each, id, now},
};
use uuid::Uuid;

const CICLO: &str = "INSERT INTO ciclo_fatturazione (ente_id, id, servizio, periodo, status, emesso_il, scadenza, created_at, issued_at)
    VALUES ($1, $2, 'mensa', $3, 'emesso', $4, $5, $6, $6)";
const DOCUMENTO: &str = "INSERT INTO documento_contabile (ente_id, id, kind, serie, anno, numero, emesso_il, scadenza, ciclo_id, periodo, alunno_id, persona_id, iscrizione_id, net_cents, vat_cents, total_cents, aliquota_bp, righe, credits_id, modalita, created_at)
    VALUES ($1, $2, 'fattura', 'M', 2026, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $11, 400, $12, NULL, $13, $14)";
const POSIZIONE: &str = "INSERT INTO posizione_debitoria (ente_id, id, documento_id, persona_id, alunno_id, causale, amount_cents, settled_cents, scadenza, modalita, status, codice_avviso, tassonomia, version, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, 'Mensa scolastica', $6, 0, $7, $8, 'aperta', NULL, '9/0107101TS/', 1, $9, $9)";
const STATES: &str =
    "SELECT status, count(*) FROM posizione_debitoria WHERE ente_id = $1 GROUP BY status ORDER BY status";
const PAY: &str = "UPDATE posizione_debitoria SET status = 'pagata' WHERE ente_id = $1 AND id = $2";
const RAISE: &str = "UPDATE posizione_debitoria SET amount_cents = amount_cents + 1 WHERE ente_id = $1 AND id = $2";

/// A child enrolled with a mandate, whose documents are collected.
#[derive(Clone)]
struct Family {
    world: World,
    alunno: AlunnoId,
    iscrizione: IscrizioneId,
    pratica: PraticaId,
    mandato: MandatoId,
}

impl Family {
    async fn new(world: &World) -> Self {
        let alunno = world.school().await;
        let (invio, _) = world.filed(&["A"]).await;
        let family = Self {
            world: world.clone(),
            alunno,
            iscrizione: IscrizioneId::new(id()),
            pratica: invio.pratiche[0].id,
            mandato: MandatoId::new(id()),
        };
        let (ente, enrolment, mandate) = (world.ente, family.enrolment(), family.mandate("MENSA-2026-0000001"));
        let made = world.write(async move |tx| {
            iscrizione::create(tx, ente, &enrolment).await?;
            mandato::add(tx, ente, &mandate).await
        });
        made.await.unwrap();
        family
    }

    fn enrolment(&self) -> IscrizioneRow {
        IscrizioneRow {
            id: self.iscrizione,
            servizio: "mensa".to_owned(),
            anno_scolastico: ANNO,
            alunno_id: self.alunno,
            persona_id: self.world.persona,
            plesso: "primaria".to_owned(),
            classe: "3a".to_owned(),
            giorni: Json(vec!["lun".to_owned()]),
            dal: day(2026, 9, 14),
            al: day(2027, 6, 8),
            status: IscrizioneStatus::Active,
            modalita_pagamento: "SDD".to_owned(),
            sealed_payment: None,
            sealed_dieta: None,
            pratica_id: self.pratica,
            created_at: now(),
        }
    }

    fn mandate(&self, umr: &str) -> MandatoRow {
        MandatoRow {
            id: self.mandato,
            iscrizione_id: self.iscrizione,
            persona_id: self.world.persona,
            umr: umr.to_owned(),
            firmato_il: day(2026, 8, 20),
            sealed_conto: Sealed::from_bytes(vec![7]),
            status: MandatoStatus::Active,
            last_used_on: None,
            pratica_id: self.pratica,
            created_at: now(),
        }
    }

    /// A debt of 81 euro and some cents; `numero` is the number of its document.
    async fn debt(&self, numero: i64, modalita: &'static str, issued: NaiveDate, due: NaiveDate) -> PosizioneId {
        let (ente, documento, key) = (self.world.ente, DocumentoContabileId::new(id()), PosizioneId::new(id()));
        let (iscrizione, alunno, persona) = (self.iscrizione, self.alunno, self.world.persona);
        let (ciclo, periodo, cents) = (id(), format!("2026-{numero:02}"), 8_100 + numero);
        let righe = Json(serde_json::json!([]));
        let made = self.world.write(async move |tx| {
            tx.execute(CICLO, binds![ente, ciclo, periodo, issued, due, now()]).await?;
            let binds = binds![
                ente,
                documento,
                numero,
                issued,
                due,
                ciclo,
                periodo,
                alunno,
                persona,
                iscrizione,
                cents,
                righe,
                modalita,
                now()
            ];
            tx.execute(DOCUMENTO, binds).await?;
            let binds = binds![ente, key, documento, persona, alunno, cents, due, modalita, now()];
            tx.execute(POSIZIONE, binds).await
        });
        made.await.unwrap();
        key
    }

    async fn sdd(&self, numero: i64) -> PosizioneId {
        self.debt(numero, "SDD", day(2026, 11, 1), day(2026, 11, 30)).await
    }

    fn row(&self, file: DistintaId, posizione: PosizioneId, numero: i64) -> NewRiga {
        NewRiga {
            distinta_id: file,
            posizione_id: posizione,
            mandato_id: self.mandato,
            end_to_end_id: format!("{numero}-{}", &file.to_string()[24..]),
            sequence_type: SequenceType::Recurrent,
            amount_cents: 8_100 + numero,
        }
    }

    /// Stages a file with these debts.
    async fn staged(&self, debts: &[(i64, PosizioneId)]) -> (DistintaId, Finished) {
        let (ente, file) = (self.world.ente, DistintaId::new(id()));
        let rows: Vec<NewRiga> = debts.iter().map(|(numero, key)| self.row(file, *key, *numero)).collect();
        let total_cents = rows.iter().map(|row| row.amount_cents).sum();
        let finished = Finished { id: file, count: debts.len() as i64, total_cents, sha256: "ab".repeat(32) };
        let made = self.world.write(async move |tx| {
            distinta::begin(
                tx,
                ente,
                file,
                &format!("SDD-{}", &file.uuid().simple().to_string()[6..]),
                day(2026, 11, 30),
                now(),
            )
            .await?;
            distinta::add_rows(tx, ente, &rows).await
        });
        made.await.unwrap();
        (file, finished)
    }

    async fn finish(&self, file: Finished) -> Result<bool> {
        let ente = self.world.ente;
        let finish = async move |tx: &mut Tx| match distinta::finish(tx, ente, &file, later(1)).await? {
            true => Ok(true),
            false => Err(Error::refused("changed in the meantime")),
        };
        self.world.write(finish).await
    }

    async fn states(&self) -> Vec<(String, i64)> {
        let ente = self.world.ente;
        self.world.read(async move |read| read.fetch_all(STATES, binds![ente]).await).await
    }
}

fn states(all: &[(&str, i64)]) -> Vec<(String, i64)> {
    all.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect()
}

fn wanted() -> Wanted {
    Wanted { collection_on: day(2026, 11, 30), issued_by: day(2026, 11, 16), mandate_since: day(2023, 11, 30) }
}

#[tokio::test]
async fn an_enrolment_has_one_mandate_in_use_and_a_reference_is_used_once() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let (ente, iscrizione, first) = (world.ente, family.iscrizione, family.mandato);
        let other = |umr: &str| MandatoRow { id: MandatoId::new(id()), ..family.mandate(umr) };
        for umr in ["MENSA-2026-0000002", "MENSA-2026-0000001"] {
            let twin = other(umr);
            let refused = world.write(async move |tx| mandato::add(tx, ente, &twin).await).await;
            assert!(matches!(refused, Err(Error::Unique)), "{refused:?}");
        }
        let end =
            async |status| world.write(async move |tx| mandato::end(tx, ente, first, status).await).await.unwrap();
        assert!(end(MandatoStatus::Suspended).await);
        assert!(!end(MandatoStatus::Suspended).await, "it was so already");
        let in_use = async || world.read(async move |read| mandato::in_use(read, ente, iscrizione).await).await;
        assert_eq!(in_use().await.unwrap().status, MandatoStatus::Suspended);
        assert!(end(MandatoStatus::Revoked).await && !end(MandatoStatus::Suspended).await, "what is over stays so");
        assert!(in_use().await.is_none());
        let next = other("MENSA-2026-0000003");
        world.write(async move |tx| mandato::add(tx, ente, &next).await).await.unwrap();
        assert_eq!(in_use().await.unwrap().umr, "MENSA-2026-0000003");
        let expired =
            async |before| world.write(async move |tx| mandato::expire(tx, ente, before).await).await.unwrap();
        assert_eq!((expired(day(2026, 8, 20)).await, expired(day(2026, 8, 21)).await), (0, 1));
        assert!(in_use().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn only_due_and_told_debts_with_a_mandate_are_collectable() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let (ente, mandate) = (world.ente, family.mandato);
        let good = family.sdd(1).await;
        family.debt(2, "PAGOPA", day(2026, 11, 1), day(2026, 11, 30)).await;
        family.debt(3, "SDD", day(2026, 11, 17), day(2026, 11, 30)).await;
        family.debt(4, "SDD", day(2026, 11, 1), day(2026, 12, 1)).await;
        let paid = family.sdd(5).await;
        world.write(async move |tx| tx.execute(PAY, binds![ente, paid]).await).await.unwrap();
        let look = async |wanted: Wanted| {
            world
                .read(async move |read| {
                    let nil = PosizioneId::new(Uuid::nil());
                    let rows = collectable::debts(read, ente, wanted, nil).await?;
                    Ok((collectable::summary(read, ente, wanted).await?, rows))
                })
                .await
        };
        let (summary, rows) = look(wanted()).await;
        assert_eq!((summary.count, summary.total_cents, summary.without_mandate), (1, 8_101, 0));
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].posizione_id, rows[0].mandato_id, rows[0].amount_cents), (good, mandate, 8_101));
        assert_eq!((rows[0].serie.as_str(), rows[0].anno, rows[0].numero, rows[0].attempts), ("M", 2026, 1, 0));
        let terms = world.read(async move |read| collectable::terms(read, ente).await).await;
        let [told, late] = [day(2026, 11, 1), day(2026, 11, 17)];
        let due = [day(2026, 11, 30), day(2026, 12, 1)];
        assert_eq!(terms, [(told, due[0]), (late, due[0]), (told, due[1])]);
        let behind = world.read(async move |read| collectable::debts(read, ente, wanted(), good).await).await;
        assert!(behind.is_empty());
        let unsigned = Wanted { mandate_since: day(2026, 8, 21), ..wanted() };
        let (summary, rows) = look(unsigned).await;
        assert_eq!((summary.count, summary.total_cents, summary.without_mandate, rows.len()), (0, 0, 1, 0));
        world.write(async move |tx| mandato::end(tx, ente, mandate, MandatoStatus::Suspended).await).await.unwrap();
        assert_eq!(look(wanted()).await.0.without_mandate, 1);
        let neighbour = world.neighbour().await;
        let summary =
            database.store.read(neighbour, async move |read| collectable::summary(read, neighbour, wanted()).await);
        assert_eq!(summary.await.unwrap(), Collectable::default());
    })
    .await;
}

#[tokio::test]
async fn a_mandate_that_ended_in_the_meantime_debits_nothing() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let (ente, mandate) = (world.ente, family.mandato);
        let (_, finished) = family.staged(&[(1, family.sdd(1).await)]).await;
        world.write(async move |tx| mandato::end(tx, ente, mandate, MandatoStatus::Revoked).await).await.unwrap();
        assert!(family.finish(finished).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_file_takes_all_its_debts_at_once_or_none() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let (ente, mandate, iscrizione) = (world.ente, family.mandato, family.iscrizione);
        let debts = [(1, family.sdd(1).await), (2, family.sdd(2).await)];
        let (file, finished) = family.staged(&debts).await;
        let (rival, rival_finished) = family.staged(&debts).await;
        let unseen = world.read(async move |read| {
            let reference = format!("1-{}", &file.to_string()[24..]);
            assert!(distinta::by_end_to_end(read, ente, &reference).await?.is_none());
            Ok((distinta::list(read, ente, (10, 0)).await?.len(), distinta::by_id(read, ente, file).await?.is_some()))
        });
        assert_eq!(unseen.await, (0, false), "nobody sees a file that is being made");
        let changed = debts[1].1;
        world.write(async move |tx| tx.execute(RAISE, binds![ente, changed]).await).await.unwrap();
        assert!(family.finish(finished.clone()).await.is_err(), "one of them owes another amount");
        assert_eq!(family.states().await, states(&[("aperta", 2)]));
        let back = "UPDATE posizione_debitoria SET amount_cents = amount_cents - 1 WHERE ente_id = $1 AND id = $2";
        world.write(async move |tx| tx.execute(back, binds![ente, changed]).await).await.unwrap();

        assert!(family.finish(finished.clone()).await.unwrap());
        assert_eq!(family.states().await, states(&[("in_addebito", 2)]));
        let late = family.finish(rival_finished).await;
        assert!(
            matches!(late, Err(Error::Refused(_))),
            "a debt is in one file at a time, and that is no fault: {late:?}"
        );
        assert!(family.finish(finished).await.is_err(), "a file is finished once");
        let seen = world.read(async move |read| {
            let row = distinta::by_id(read, ente, file).await?.unwrap();
            let same = distinta::by_msg_id(read, ente, &row.msg_id).await?;
            assert_eq!((same.as_ref(), distinta::list(read, ente, (10, 0)).await?), (Some(&row), vec![row.clone()]));
            let rows = distinta::rows(read, ente, file, PosizioneId::new(Uuid::nil())).await?;
            Ok((row, rows))
        });
        let (row, rows) = seen.await;
        assert_eq!((row.status, row.count, row.total_cents), (DistintaStatus::Made, 2, 16_203));
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.status == RigaStatus::Waiting && row.umr == "MENSA-2026-0000001"));
        let used = world.write(async move |tx| mandato::used(tx, ente, file, day(2026, 11, 30)).await).await.unwrap();
        let mandate_row = world.read(async move |read| mandato::in_use(read, ente, iscrizione).await).await.unwrap();
        assert_eq!((used, mandate_row.id, mandate_row.last_used_on), (1, mandate, Some(day(2026, 11, 30))));
        let purged = async |minute| world.write(async move |tx| distinta::purge(tx, ente, later(minute)).await).await;
        assert_eq!((purged(0).await.unwrap(), purged(0).await.unwrap()), (1, 0), "the rival is cleared away");
        let gone = world.read(async move |read| distinta::rows(read, ente, rival, PosizioneId::new(Uuid::nil())).await);
        assert!(gone.await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_file_goes_out_once_and_a_void_one_never() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let ente = world.ente;
        let debt = family.sdd(1).await;
        let (file, finished) = family.staged(&[(1, debt)]).await;
        family.finish(finished).await.unwrap();
        let sent =
            async |minute| world.write(async move |tx| distinta::sent(tx, ente, file, later(minute)).await).await;
        assert!(sent(1).await.unwrap());
        assert!(!sent(2).await.unwrap(), "the first download counts");
        let row = async || world.read(async move |read| distinta::by_id(read, ente, file).await).await.unwrap();
        assert_eq!((row().await.status, row().await.downloaded_at), (DistintaStatus::Sent, Some(later(1))));
        assert!(world.write(async move |tx| distinta::answered(tx, ente, file).await).await.unwrap());
        assert_eq!(row().await.status, DistintaStatus::Answered);
        let release = async || {
            world.write(async move |tx| distinta::release(tx, ente, file, Some("FF01"), later(3)).await).await.unwrap()
        };
        assert!(release().await);
        assert_eq!((row().await.status, family.states().await), (DistintaStatus::Voided, states(&[("aperta", 1)])));
        assert!(!release().await && !sent(4).await.unwrap());
        let again = world.read(async move |read| {
            let nil = PosizioneId::new(Uuid::nil());
            let rows = distinta::rows(read, ente, file, nil).await?;
            Ok((rows, collectable::debts(read, ente, wanted(), nil).await?))
        });
        let (rows, collectable) = again.await;
        assert_eq!((rows[0].status, rows[0].reason_code.as_deref()), (RigaStatus::Released, Some("FF01")));
        assert_eq!(collectable[0].attempts, 1, "a second attempt has another reference");
    })
    .await;
}

#[tokio::test]
async fn a_refused_collection_makes_its_debt_insoluta_once() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let (ente, laura) = (world.ente, world.persona);
        let debts = [(1, family.sdd(1).await), (2, family.sdd(2).await)];
        let (file, finished) = family.staged(&debts).await;
        family.finish(finished).await.unwrap();
        let [first, second] = debts.map(|(_, debt)| debt);
        let refuse = async || -> Result<Option<PersonaId>> {
            let body = async move |tx: &mut Tx| {
                let rows = distinta::rows(tx, ente, file, PosizioneId::new(Uuid::nil())).await?;
                let row = rows.iter().find(|row| row.posizione_id == first).unwrap();
                if !distinta::settle(tx, ente, row, RigaStatus::Rejected, Some("AM04")).await? {
                    return Ok(None);
                }
                distinta::fail(tx, ente, first, "302000000000000184", day(2026, 12, 16), later(5)).await
            };
            world.write(body).await
        };
        assert_eq!(refuse().await.unwrap(), Some(laura));
        assert_eq!(refuse().await.unwrap(), None);
        assert_eq!(family.states().await, states(&[("in_addebito", 1), ("insoluta", 1)]));
        let made = "SELECT codice_avviso, scadenza, version FROM posizione_debitoria WHERE ente_id = $1 AND id = $2";
        let made: (String, NaiveDate, i64) =
            world.read(async move |read| read.fetch_one(made, binds![ente, first]).await).await;
        assert_eq!(made, ("302000000000000184".to_owned(), day(2026, 12, 16), 3));
        let reopened = async |debt| world.write(async move |tx| distinta::reopen(tx, ente, debt, later(6)).await).await;
        assert!(reopened(second).await.unwrap() && !reopened(second).await.unwrap());
        assert!(!reopened(first).await.unwrap(), "an insoluta is not collected again");
    })
    .await;
}

#[tokio::test]
async fn a_debt_outside_its_file_and_a_file_with_other_totals_are_found() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let ente = world.ente;
        let debts = [(1, family.sdd(1).await), (2, family.sdd(2).await)];
        let (file, finished) = family.staged(&debts).await;
        family.finish(finished).await.unwrap();
        let found = async || {
            let found = async move |read: &mut sportello_store::Read| {
                Ok((distinta::stray(read, ente).await?, distinta::unequal(read, ente).await?.len()))
            };
            world.read(found).await
        };
        assert_eq!(found().await, (vec![], 0));
        let [first, second] = debts.map(|(_, debt)| debt);
        let lost = "UPDATE distinta_riga SET status = 'ripresa' WHERE ente_id = $1 AND posizione_id = $2";
        let total = "UPDATE distinta_sdd SET total_cents = total_cents + 1 WHERE ente_id = $1 AND id = $2";
        let spoil = world.write(async move |tx| {
            tx.execute(lost, binds![ente, first]).await?;
            tx.execute(PAY, binds![ente, second]).await?;
            tx.execute(total, binds![ente, file]).await
        });
        spoil.await.unwrap();
        let (mut stray, unequal) = found().await;
        let mut expected = vec![first, second];
        stray.sort();
        expected.sort();
        assert_eq!((stray, unequal), (expected, 1));
    })
    .await;
}

#[test]
fn the_moves_of_the_statements_are_those_of_the_domain() {
    use sportello_domain::posizione::{PosizioneEvent as E, PosizioneStatus as S};
    for (from, event, to) in [
        ("aperta", E::Collect, "in_addebito"),
        ("in_addebito", E::Release, "aperta"),
        ("in_addebito", E::Fail, "insoluta"),
    ] {
        assert_eq!(S::from_stored(from).unwrap().after(event).unwrap().stored(), to);
    }
}

#[tokio::test]
async fn a_chunk_of_rows_has_its_limit() {
    each(async |database| {
        let world = World::new(database).await;
        let family = Family::new(&world).await;
        let (ente, debt) = (world.ente, PosizioneId::new(id()));
        let rows: Vec<_> = (0..=CHUNK).map(|at| family.row(DistintaId::new(id()), debt, at as i64)).collect();
        let long = world.write(async move |tx| distinta::add_rows(tx, ente, &rows).await).await;
        assert!(matches!(long, Err(Error::Refused(_))), "{long:?}");
    })
    .await;
}

#[tokio::test]
async fn an_answer_of_the_bank_is_known_by_its_bytes() {
    each(async |database| {
        let world = World::new(database).await;
        let ente = world.ente;
        let row = |at: i64| EsitoRow {
            sha256: format!("{at:064}"),
            file_name: "esito.xml".to_owned(),
            imported_at: later(at),
            rows: 3,
            righe: Json(serde_json::json!([{ "record": 1 }])),
        };
        let add = async |at| {
            let row = row(at);
            world.write(async move |tx| esito_sdd::add(tx, ente, &row).await).await.unwrap()
        };
        assert!(add(1).await && !add(1).await && add(2).await);
        let known = world.read(async move |read| {
            let list = esito_sdd::list(read, ente).await?;
            Ok((esito_sdd::by_sha256(read, ente, &format!("{:064}", 1)).await?, list))
        });
        let (known, list) = known.await;
        assert_eq!(known, Some(row(1)));
        assert_eq!(list.iter().map(|(sha256, ..)| sha256.as_str()).collect::<Vec<_>>(), [row(2).sha256, row(1).sha256]);
    })
    .await;
}
