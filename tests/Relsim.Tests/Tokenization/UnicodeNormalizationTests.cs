using CsCheck;
using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class UnicodeNormalizationTests
{
    // Letters, marks of several classes, Hangul, singletons, exclusions, a pair beyond U+FFFF, half a pair.
    private static readonly string[] Parts =
    [
        "e", "\u0301", "\u0323", "\u0307", "a", "\u212B", "\u1100", "\u1161", "\u11A8", "\uD55C", "\u0958", "\u1E9B", "\u0344", "\U0001D15E", "\u0B47", "\u0B3E", "\u0F73", "\u0F71", " ",
    ];

    private static readonly Gen<string> Texts = Gen.Int[0, Parts.Length - 1].Select(i => Parts[i]).Array[0, 12].Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u212B", "\u00C5", "A\u030A")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307", "a\u0323\u0307")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165", "\U0001D157\U0001D165")]
    public void ToNfcAndToNfd_KnownTexts_GiveTheStandardsForms(string text, string composed, string decomposed)
    {
        Assert.Equal(composed, UnicodeNormalization.ToNfc(text));
        Assert.Equal(decomposed, UnicodeNormalization.ToNfd(text));
    }

    [Fact]
    public void ToNfc_AnyText_IsStableAndCanonicallyEqual()
    {
        Texts.Sample(text =>
        {
            string composed = UnicodeNormalization.ToNfc(text);
            string decomposed = UnicodeNormalization.ToNfd(text);
            return UnicodeNormalization.ToNfc(composed) == composed
                && UnicodeNormalization.ToNfd(decomposed) == decomposed
                && UnicodeNormalization.ToNfd(composed) == decomposed
                && UnicodeNormalization.ToNfc(decomposed) == composed;
        });
    }

    [Fact]
    public void ToNfc_HalfASurrogatePair_BecomesTheReplacementCharacter()
    {
        Assert.Equal("a\uFFFDb", UnicodeNormalization.ToNfc("a\uD83Db"));
    }
}
