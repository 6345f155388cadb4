using Relsim.Tokenization;

namespace Relsim.Tests.Tokenization;

public class HashedWordTokenizerTests
{
    [Fact]
    public void Words_PlaceholderAndPunctuation_MarksThePlaceholder()
    {
        Assert.Equal(["the", "growth", "of", "{}", "subject", "a", "step", "by", "step"], HashedWordTokenizer.Words("The growth of {Subject A}, step-by-step!", 24));
    }

    [Fact]
    public void Words_MoreThanTheLimit_KeepsTheFirst()
    {
        Assert.Equal(["one", "two"], HashedWordTokenizer.Words("one two three", 2));
    }

    [Fact]
    public void Ids_WordsOfOneStem_ShareMostIds()
    {
        var tokenizer = new HashedWordTokenizer(1 << 20);
        int shared = tokenizer.Ids("growing").Intersect(tokenizer.Ids("growth")).Count();
        Assert.True(shared >= 4, $"{shared} shared ids");
        Assert.Empty(tokenizer.Ids("growing").Intersect(tokenizer.Ids("circle")));
    }

    [Fact]
    public void Ids_AnyText_StayWithinTheBuckets()
    {
        var tokenizer = new HashedWordTokenizer(97);
        Assert.All(HashedWordTokenizer.Words("Ωmega naïve 東京 {Object} 123 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 24).SelectMany(tokenizer.Ids), id => Assert.InRange(id, 0, 96));
    }

    [Fact]
    public void Words_NothingButPunctuation_AreNone()
    {
        Assert.Empty(HashedWordTokenizer.Words(" ,;! ", 24));
    }
}
