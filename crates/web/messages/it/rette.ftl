# Ufficio: presenze e fatturazione del mese.
ufficio-menu-presenze = Presenze
ufficio-menu-rette = Rette
presenze-titolo = Presenze
presenze-testo = Carica le presenze di una classe, di una settimana o di un mese. Se una riga è sbagliata non si carica nulla.
presenze-file = File delle presenze
presenze-file-aiuto = CSV con le colonne data, alunno_codice_fiscale, stato e, se serve, comunicata_il. Al massimo 8 MB.
presenze-file-manca = Scegli il file delle presenze
presenze-file-errori = { $n ->
    [one] Il file ha 1 errore
   *[other] Il file ha { $n } errori
}
presenze-file-rifiutato = Non abbiamo caricato nulla. Correggi queste righe e riprova:
presenze-importa = Carica
presenze-importate = File caricati
presenze-importate-elenco = File delle presenze caricati, l’ultimo per primo
presenze-importate-nessuna = Nessun file è stato caricato.
presenze-col-quando = Caricato
presenze-col-chi = Da chi
presenze-col-righe = Righe
presenze-col-nuove = Nuove o corrette
presenze-fatto = { $righe ->
    [one] Letta 1 riga, { $nuove } nuove o corrette.
   *[other] Lette { $righe } righe, { $nuove } nuove o corrette.
}

rette-titolo = Rette
rette-mese = Mese da fatturare
rette-mese-aiuto = Si può fatturare un mese quando è finito.
rette-mese-manca = Scegli il mese
rette-mese-aperto = Questo mese non è ancora finito
rette-anteprima = Vedi l’anteprima
rette-cicli = Mesi
rette-cicli-nessuno = Nessun mese fatturato finora.
rette-cicli-elenco = Mesi fatturati, dal più recente
rette-col-mese = Mese
rette-col-stato = Stato
rette-col-emesse = Emesse il
rette-non-emesse = non ancora
rette-spente = Questo ente non fattura con il portale: mancano i dati di riscossione nelle sue impostazioni.
rette-stato-aperto = Aperto
rette-stato-calcolato = In anteprima
rette-stato-in-emissione = In emissione
rette-stato-emesso = Emesso
rette-ciclo = Rette di { $mese }
rette-anteprima-testo = È un’anteprima: nulla è ancora emesso. Puoi rifarla quante volte vuoi.
rette-in-emissione-testo = Stiamo emettendo le rette: puoi chiudere la pagina.
rette-emesso-testo = Le rette sono emesse e visibili alle famiglie.
rette-da-emettere = Rette da emettere
rette-con-addebito = di cui con addebito SDD
rette-pasti = Pasti
rette-imponibile = Imponibile
rette-iva = IVA
rette-totale = Totale
rette-emesse = Rette emesse
rette-emesso-totale = Totale emesso
rette-emetti = { $n ->
    [one] Emetti 1 retta
   *[other] Emetti { $n } rette
}
rette-emetti-no = Ora non si può emettere: forse qualcuno lo ha appena fatto, o un altro mese è in emissione.
rette-documenti = Vedi le fatture emesse
rette-anomalie = { $n ->
    [one] 1 cosa da guardare
   *[other] { $n } cose da guardare
}
rette-anomalie-elenco = Alunni con qualcosa di insolito
rette-col-alunno = Alunno
rette-col-anomalia = Che cosa
rette-col-effetto = Effetto
rette-senza-retta = Nessuna retta
rette-con-retta = Retta emessa lo stesso
rette-anomalia-tariffa = Manca la tariffa dal { $giorno }
rette-anomalia-pasti = Nessun pasto nel mese
rette-anomalia-zero = Pasti gratuiti: il totale è zero
rette-anomalia-importo = { $totale }, di solito { $solito }
rette-anomalia-cf = Manca il codice fiscale dell’alunno
