# Ufficio: i controlli a campione sulle dichiarazioni (DPR 445/2000, articolo 71).

ufficio-menu-controlli = Controlli a campione
campione-titolo = Controlli a campione
campione-uno = Controllo
campione-testo = Tra le pratiche accolte se ne estraggono alcune, per verificare ciò che è stato dichiarato (DPR 445/2000, articolo 71). Quelle con qualcosa che non torna si controllano sempre.
campione-niente = Non è stato estratto ancora nessun controllo.
campione-elenco-titolo = Controlli estratti
campione-col-periodo = Accolte
campione-col-da-fare = Da controllare
campione-periodo = dal { $dal } al { $al }
campione-modello = Modello
campione-modelli-tutti = Tutti
campione-popolazione = Pratiche accolte
campione-fatte = Controllate { $n } su { $tutte }
campione-pratiche-n = { $n ->
    [one] { $n } pratica
   *[other] { $n } pratiche
}

campione-nuovo = Nuovo controllo
campione-nuovo-testo = Il portale estrae a sorte tra le pratiche accolte nel periodo, anche in parte e per silenzio, in cui si dichiara qualcosa. Si vede chi ha estratto, quando e come.
campione-modello-aiuto = Solo i modelli in cui si dichiara qualcosa.
campione-modello-errato = Scegli un modello dell’elenco.
campione-dal = Accolte dal giorno
campione-dal-aiuto = Il primo giorno del periodo.
campione-al = Accolte fino al giorno
campione-al-aiuto = L’ultimo giorno: prima di oggi. Il periodo dura al massimo { $giorni } giorni.
campione-periodo-errato = Scrivi un periodo già finito, di { $giorni } giorni al massimo.
campione-percentuale = Percentuale
campione-percentuale-aiuto = Un numero intero da 1 a 100. Si arrotonda per eccesso.
campione-percentuale-errata = Scrivi un numero intero da 1 a 100.
campione-una-volta = Un periodo si estrae una volta sola e l’estrazione non si cambia.
campione-estrai = Estrai
campione-gia-estratto = Qualche giorno di questo periodo è già stato estratto. Scegli un altro periodo.
campione-gia-estratto-apri = Apri il controllo già estratto
campione-nessuna = In questo periodo non c’è nessuna pratica accolta con dichiarazioni.
campione-troppe = Sono più di { $n } pratiche: scegli un periodo più breve.

campione-uno-titolo = Controllo { $periodo }
campione-estratte = Estratte a sorte
campione-estratte-di = { $n } ({ $percento }%)
campione-aggiunte = Aggiunte perché qualcosa non torna
campione-estratto = Estratto
campione-estratto-da = da { $chi }, { $quando }
campione-elenco = { $n ->
    [one] { $n } pratica da controllare
   *[other] { $n } pratiche da controllare, prima quelle senza esito
}
campione-motivo = Perché si controlla
campione-motivo-sorteggio = Estratta a sorte
campione-motivo-incongruenza = Qualcosa non torna
campione-esito = Esito
campione-da-controllare = Da controllare
campione-esito-conforme = Conforme
campione-esito-sanabile = Irregolarità sanabile
campione-esito-difforme = Non veritiera
campione-controllata = Controllata

campione-segue = Che cosa segue
campione-conforme-segue = Ciò che è stato dichiarato è vero.
campione-sanabile-segue = Irregolarità o omissione che non è un falso: si segnala al richiedente, che la corregge. Se non lo fa, il procedimento non va avanti (articolo 71, comma 3).
campione-difforme-segue = Dichiarazione falsa: si perde il beneficio ottenuto (articolo 75) e si risponde penalmente (articolo 76). La decisione si prende con un atto a parte.

campione-rifai = Come rifare l’estrazione
campione-rifai-testo = Chiunque può rifarla senza il portale, con la lista e il seme.
campione-lista = Lista
campione-lista-scarica = Scarica la lista dei numeri (CSV)
campione-impronta = Impronta SHA-256 della lista
campione-seme = Seme
campione-rifai-1 = Calcola lo SHA-256 della lista: è uguale all’impronta.
campione-rifai-2 = Per ogni numero calcola lo SHA-256 del seme seguito dal numero, senza spazi.
campione-rifai-3 = { $n ->
    [one] Metti in ordine i risultati: il primo è il numero estratto.
   *[other] Metti in ordine i risultati: i primi { $n } sono i numeri estratti.
}

campione-verifica-titolo = Controllo della pratica { $numero }
campione-esito-manca = Scegli l’esito del controllo.
campione-nota = Che cosa risulta
campione-nota-aiuto = Come hai verificato e che cosa hai trovato. Serve se l’esito non è «Conforme». Fino a { $max } caratteri, senza dati su salute, convinzioni e conti.
campione-nota-manca = Scrivi che cosa risulta, da 5 a { $max } caratteri.
campione-salva = Registra l’esito
campione-tardi = Nel frattempo qualcuno ha registrato un esito. Guarda com’è adesso.
campione-propria = È una tua pratica: la controlla un’altra persona.
campione-scrivi = Scrivi al richiedente che cosa correggere
campione-pratica-estratta = Nel controllo a campione del { $data }
