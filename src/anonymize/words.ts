/**
 * Words that stand in for names, by their length. They are made up: a real name from a list would sooner or later be the name
 * of a person in the district.
 */
const WORDS: Readonly<Record<number, string>> = {
  2: 'ap ba be bi bo bu ek el fi ge gi ig il ix lo mi nu om pa pi po re ru si so ta ti ve vu zu',
  3: 'adi avi azo des dex dig dut efo eve ezu fam fex fir fol fop gap gep kam kek ker kik kon kop kus lod mig ofu ogu oku ozo rax rik sog tag uza vat vep vir zan zul',
  4: 'aget amaf atez azer baka bivu bufe bufu dapi davo dema dimo edir esix feka feke fiko govu igel kino kubi kunu lage lefu lezu mavo nuke ozes pafu page piku reve safo sefe tufu ufon vaso vufu vusu zope',
  5: 'disun ekada epike epoka finik fovos gizep gokim govas idale ifuni lifon madel nadiz nizes nogol nufod odite ovivu ovode ovubo pataf pefux pizub retex rodus ruzot sagot sanoz sokos tapaf tigel udila uluvu utuku uvaba uvive uzobo vorun zefir',
  6: 'diloso dopesi dosabu edulis esefim etipex fugoku fugozu genake gizeka ibamox irivil kazuno kuluga likupu lufasu mugegi nevife ninafe noduzo norova ominux padumo pikeme pofulo puzeku rokabu sageno tedemo tofoma togida ulokit urudar uvevat vadage vegero vegugu vizopa vumubu zezanu',
  7: 'atiredo dofulat dunutus egofono fegadoz felaguv fevomuk ginemav gudazat ipuvuda kabegid kibikun kimopot lezezos lubibax matakit ninikes nipufem nofurak odimama ofebari okigefa overidu pivunet rilegux rironex risefox sezorir sidokit tadezuz tepesok teratev tifapan tudosat ugepefi vabefut vatotax vegaleb vomosek zubakad',
  8: 'aditisiz baniluku bapineza dasezete dufotiva dusilebi erasogiz fenubogi folaruki folupizu ginimoru iburuval kibimuso kubarufu lapogemo livovume metebeza migutema nofebisa nuvipote odudedel pomifapa pugetage punegamu radorube rigozumo rikipugo roderaro rusevuru sagatoli sireseka sivebuzu sutuvopa tevirimi todopafa umizoneg usefokud vafosafa vememado voditego',
  9: 'bozukegox ebasokimi emitedere etezodeme fafanuzek fanulamek fezuposof fifozetog filufelam gaditapos gemedokor girazolig gogabobag igebakuva igegegutu kesetokef logokikit lopapibok mobovibex momozefol motulafet musogavin niteturud okugezuvu omufasaka pulapakeg raruruvuv rifadiboz rilogizus ruzedurib sinebafol sinovekir tifisesox tomorikus torisevux ulogomalo varopuvip vesapikon vumopunot zubibafox',
  10: 'afavibitul agalonevok bukabafubo buzonomigu dafazatema eperazabuk erutorukuk esepipefek fefenopuda funeduvunu goludanuta gopumidado ibomizedit ivemezader kekapatuti kesesutava kugigamane labokonego laturilava marukotaku mivekufidi nivipokigu nuvamilire ominarovoz ponapesega rarubodumo rugezelika rulekamuki sapekatave sezerubode sonilenifi sozaberode umusasozet vabedevovi vomitonopi vulazefete zakoluvolu zarigegofa zemanusole zodopiluke',
};

export const LONGEST_WORD = 10;
const BY_LENGTH: readonly (readonly string[])[] = Array.from({ length: LONGEST_WORD + 1 }, (_, length) =>
  (WORDS[length] ?? '').split(' ').filter((word) => word !== ''),
);

/** The words with this many letters, from 2 to 10. */
export function wordsOf(length: number): readonly string[] {
  return BY_LENGTH[length] ?? [];
}
