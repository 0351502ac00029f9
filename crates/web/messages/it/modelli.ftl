# Ufficio: i modelli dell’ente.

modelli-menu = Modelli
modelli-titolo = Modelli
modelli-testo = Qui cambi i testi dei modelli dell’ente, li provi e li pubblichi per un periodo. Cambia e pubblica solo il responsabile.
modelli-elenco = Modelli dell’ente, in ordine di codice
modelli-col-modello = Modello
modelli-col-stato = Stato
modelli-col-finestra = Periodo
modelli-col-copia = Copia dell’ente
modelli-col-versione = Versione
modelli-col-esempio = Esempio
modelli-col-esito = Esito
modelli-versione = Versione { $n }, A.S. { $anno }
modelli-finestra = Dal { $dal } al { $al }.
modelli-posti = { $n ->
    [one] Un posto, si prenota dal { $quando }.
   *[other] { $n } posti, si prenota dal { $quando }.
}
modelli-posti-criteri = { $n ->
    [one] Un posto, per punti.
   *[other] { $n } posti, per punti.
}
modelli-stato-mai = Mai pubblicato
modelli-stato-aperto = Aperto
modelli-stato-futuro = Apre dopo
modelli-stato-chiuso = Chiuso
modelli-stato-ritirato = Ritirato
modelli-copia-nessuna = Nessuna: vale quella del programma
modelli-copia-avanti = Revisione { $n }, da pubblicare
modelli-copia-uguale = Revisione { $n }, pubblicata

# La copia
modelli-copia-titolo = Copia di { $codice }
modelli-copia-programma = L’ente non ha ancora una copia sua. Vedi i testi che arrivano con il programma: se li salvi diversi, nasce la copia.
modelli-testi-mancano = I testi di questo modello non sono conservati. Pubblicalo ancora dal comando: poi li trovi qui.
modelli-revisione = Revisione { $n }, salvata il { $quando } da { $chi }.
modelli-revisione-comando = Revisione { $n }, arrivata con un comando il { $quando }.
modelli-revisione-vecchia = Vedi la revisione { $n }, che è vecchia. Se la salvi diventa l’ultima, dopo la { $ultima }.
modelli-fatto-salvata = La copia è salvata.
modelli-fatto-pubblicata = Il modello è pubblicato.
modelli-fatto-ritirata = La versione è ritirata.
modelli-a-posto = Testi ed esempi a posto
modelli-guasti-titolo = { $n ->
    [one] C’è un errore nei testi
   *[other] Ci sono { $n } errori nei testi
}
modelli-guasti = Errori da correggere
modelli-guasto-riga = { $file }, riga { $riga }
modelli-guasto-vai = Vai al testo di { $file }
modelli-rimedio = Rimedio:
modelli-testi = Testi
modelli-testo-form = Modello in italiano ({ $file })
modelli-testo-english = Testi in inglese ({ $file })
modelli-testo-procedura = Procedura ({ $file })
modelli-testo-aiuto = TOML, { $kb } KB al massimo.
modelli-troppo-grande = Il testo è troppo grande: accorcialo.
modelli-salva = Salva e controlla
modelli-esempi = Esempi
modelli-esempi-testo = Risultato di ogni esempio del modello
modelli-esempio-passa = Passa
modelli-esempio-fallisce = Fallisce
modelli-esempio-niente = niente
modelli-esempio-differenza = Attesi: { $attesi }. Trovati: { $trovati }.
modelli-versioni = Versioni pubblicate
modelli-versioni-testo = Versioni del modello, la più nuova per prima
modelli-revisioni = Revisioni della copia
modelli-revisioni-testo = Apri una revisione per rileggerla o per ripartire da lì. Restano le ultime 100 e quelle pubblicate.

# Due salvano insieme
modelli-conflitto-titolo = Qualcuno ha salvato prima di te
modelli-conflitto-testo = La tua versione non è ancora salvata. Nel frattempo la copia è cambiata.
modelli-conflitto-righe = Le righe tolte sono della copia salvata, quelle nuove sono tue.
modelli-conflitto-tua = La tua versione
modelli-conflitto-salva = Salva la tua versione
modelli-conflitto-tieni = Tieni quella salvata
modelli-riga-tolta = riga tolta:
modelli-riga-nuova = riga nuova:

# Pubblicare
modelli-pubblica-vai = Pubblica
modelli-pubblica-titolo = Pubblica il modello
modelli-pubblica-prima = Questo modello non è pubblicato: sarà la prima versione in uso.
modelli-pubblica-confronto = Ora vale: { $versione }. { $finestra }
modelli-pubblica-guasti = I testi hanno errori: così non si pubblica.
modelli-pubblica-guasti-vai = Correggi i testi
modelli-pubblica-tardi = La copia è cambiata mentre scrivevi. Rileggi che cosa cambia, poi pubblica.
modelli-differenza = Che cosa cambia nei testi
modelli-differenza-manca = I testi della versione in uso non sono conservati: le righe non si possono confrontare.
modelli-differenza-nessuna = Nessuna riga diversa.
modelli-bozze = Che cosa vede chi ha una bozza
modelli-bozze-niente = Nessuna pagina da riguardare. In un altro anno scolastico si riguardano tutte.
modelli-bozze-testo = Chi ha compilato queste pagine le dovrà riguardare. In un altro anno scolastico si riguardano tutte.
modelli-pubblica-quando = Periodo
modelli-pubblica-anno = Anno in cui comincia l’anno scolastico
modelli-pubblica-anno-aiuto = Quattro cifre, per esempio 2026.
modelli-pubblica-anno-forma = Scrivi l’anno con quattro cifre, per esempio 2026.
modelli-pubblica-dal = Primo giorno
modelli-pubblica-dal-aiuto = Da questo giorno si può inviare.
modelli-pubblica-dal-ora = Ora di apertura (facoltativa)
modelli-pubblica-dal-ora-aiuto = Senza ora vale la mezzanotte.
modelli-pubblica-al = Ultimo giorno
modelli-pubblica-al-aiuto = Il giorno vale intero, se non scrivi l’ora.
modelli-pubblica-al-ora = Ora di chiusura (facoltativa)
modelli-pubblica-al-ora-aiuto = Da quest’ora non si invia più.
modelli-pubblica-pochi = Pochi posti
modelli-pubblica-pochi-testo = Solo se i posti sono limitati. Se il modello ha criteri di graduatoria scrivi solo il numero dei posti. Altrimenti scrivi anche da quando si prenotano.
modelli-pubblica-prenota = Giorno da cui si prenota
modelli-pubblica-prenota-aiuto = Dentro il periodo.
modelli-pubblica-prenota-ora = Ora da cui si prenota
modelli-pubblica-prenota-ora-aiuto = L’ora italiana, al minuto.
modelli-pubblica-posti-nome = Posti
modelli-pubblica-posti-aiuto = Quanti sono, almeno 1.
modelli-pubblica-dal-manca = Scrivi il primo giorno.
modelli-pubblica-al-manca = Scrivi l’ultimo giorno.
modelli-pubblica-prenota-manca = Scrivi da che giorno si prenota.
modelli-pubblica-minuto = Quel minuto non esiste, per l’ora legale: scegline un altro.
modelli-pubblica-ordine = L’ultimo giorno viene prima del primo: correggi.
modelli-pubblica-fuori = La prenotazione deve cominciare dentro il periodo.
modelli-pubblica-criteri-prenota = Il modello ha criteri: i posti vanno per punti e non si prenotano. Lascia vuoto.
modelli-pubblica-silenzio = Qui il silenzio vale accoglimento e darebbe posti che non ci sono. Cambia «silence» nella procedura o lascia vuoto.
modelli-pubblica-criteri-mancano = Scrivi da che giorno si prenota: il modello non ha criteri di graduatoria.
modelli-pubblica-graduatoria = Qualcuno è già in graduatoria: non togliere i posti e non cambiare i criteri.
modelli-pubblica-prenotati = Qualcuno ha già prenotato: scrivi da quando si prenota e i posti.
modelli-pubblica-posti = Scrivi quanti posti ci sono, almeno 1.
modelli-pubblica = Pubblica

# Ritirare
modelli-ritira-vai = Ritira
modelli-ritira-titolo = Ritira una versione
modelli-ritira-testo = Nessuno potrà più cominciare o inviare questa versione. Le pratiche inviate restano.
modelli-ritira-poi = Poi vale di nuovo: { $versione }. { $finestra }
modelli-ritira-vecchia = Per chi compila non cambia niente: vale già una versione più nuova.
modelli-ritira-ultima = Poi il modello non è più offerto.
modelli-ritira-prenotati = Non si può ritirare: qualcuno ha già un posto prenotato o è in graduatoria, e la versione che varrebbe poi non prevede posti. Pubblica prima una versione con i posti.
modelli-ritira = Ritira

# Anteprima
modelli-anteprima-vai = Anteprima
modelli-anteprima-titolo = Anteprima
modelli-anteprima-testo = Le pagine come le vede un cittadino su un telefono. Persona e dati sono inventati, niente viene inviato.
modelli-anteprima-sola = Apri l’anteprima da sola
modelli-anteprima-torna = Torna ai testi
modelli-anteprima-cornice = Il modello su un telefono
