package dev.berth.billing.tax;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Examples of the national schemes, and the same with a digit mistyped. */
class VatIdsTest {
    @ParameterizedTest
    @CsvSource({
        "AT, ATU13585627, ATU13585626",
        "BE, BE0428759497, BE0428759498",
        "CH, CHE107787577MWST, CHE107787578MWST",
        "CZ, CZ25123891, CZ25123890",
        "DE, DE136695976, DE136695978",
        "DK, DK13585628, DK13585627",
        "EE, EE100931558, EE100594103",
        "ES, ESB58378431, ESB64717839",
        "ES, ES54362315K, ES54362315Z",
        "ES, ESX2482300W, ESX2482300A",
        "FI, FI20774740, FI20774741",
        "FR, FR40303265045, FR84323140391",
        "GR, EL094259216, EL123456781",
        "HR, HR33392005961, HR33392005962",
        "HU, HU12892312, HU12892313",
        "IE, IE6433435F, IE6433435E",
        "IE, IE6433435OA, IE6433435PA",
        "IE, IE8D79739I, IE8D79738J",
        "IT, IT00743110157, IT00743110158",
        "LU, LU15027442, LU15027443",
        "MT, MT11679112, MT11679113",
        "NL, NL004495445B01, NL123456789B90",
        "NL, NL000099998B57, NL000099998B58",
        "PL, PL8567346215, PL8567346216",
        "PT, PT501964843, PT501964842",
        "RO, RO18547290, RO18547291",
        "SE, SE123456789701, SE123456789101",
        "SI, SI50223054, SI50223055",
        "SK, SK2022749619, SK2022749618"
    })
    void checkDigitsFindATypingError(String country, String right, String wrong) {
        assertThat(VatIds.problem(country, right)).isEmpty();
        assertThat(VatIds.problem(country, wrong).orElseThrow()).contains("check digits");
    }

    @ParameterizedTest
    @CsvSource({
        "BG, BG175074752, BG12345678",
        "CY, CY10259033P, CY102590331",
        "GB, GB980780684, GB98078068",
        "LT, LT119511515, LT1195115151",
        "LV, LV40003521600, LV4000352160",
        "NO, NO995525828MVA, NO995525828XXX"
    })
    void whereTheSchemeIsNotLookedAtTheFormIs(String country, String right, String wrong) {
        assertThat(VatIds.problem(country, right)).isEmpty();
        assertThat(VatIds.problem(country, wrong).orElseThrow()).contains("form");
    }

    @Test
    void anIdIsOfItsCountryAndMayBeTypedWithBlanks() {
        assertThat(VatIds.problem("AT", "DE136695976").orElseThrow()).contains("begins with AT");
        assertThat(VatIds.problem("GR", "GR094259216").orElseThrow()).contains("begins with EL");
        assertThat(VatIds.normal(" de 136.695-976 ")).isEqualTo("DE136695976");
        assertThat(VatIds.problem("JP", "T1234567890123")).isEmpty();
        assertThat(VatIds.problem("JP", "¥")).isPresent();
        assertThat(VatIds.EU).hasSize(27);
    }
}
