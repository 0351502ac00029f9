# I tasti della coda
tastiera-link = Tasti rapidi
tastiera-titolo = Tasti della coda
tastiera-tab = Tutto si raggiunge con Tab e si apre con Invio. Le caselle si spuntano con la barra spaziatrice.
tastiera-singoli = Tasti singoli
tastiera-singoli-testo = Sono facoltativi e servono gli script. Mentre scrivi in un campo non fanno nulla.
tastiera-j = Riga successiva della coda. In una pratica: la successiva.
tastiera-k = Riga precedente della coda. In una pratica: la precedente.
tastiera-x = Sceglie la riga, o toglie la scelta.
tastiera-a = Va alla scelta della persona a cui assegnare.
tastiera-invio-tasto = Invio
tastiera-invio = Apre la pratica della riga.
tastiera-elenco = Apre questa pagina.
tastiera-dispositivo = La scelta di spegnerli vale su questo dispositivo.
tastiera-spegni = Spegni i tasti singoli
tastiera-accendi = Accendi i tasti singoli
