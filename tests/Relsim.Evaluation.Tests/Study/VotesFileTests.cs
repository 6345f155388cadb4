using Relsim.Datasets;
using Relsim.Evaluation.Study;

namespace Relsim.Evaluation.Tests.Study;

public sealed class VotesFileTests : IDisposable
{
    private const string Header = "question,rater,method_a,method_b,vote,query,candidate_a,candidate_b";

    private readonly TextFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Read_Votes_TakesColumnsInAnyOrderAndPassesOthersOver()
    {
        VotesFile file = Read("vote,comment,rater,method_b,method_a,question\r\ntie,\"so, so\",ann,dino,relsim,q1\r\na,,ben,dino,relsim,q1\r\n");

        Assert.Equal([new StudyVote("q1", "ann", "relsim", "dino", Vote.Tie), new StudyVote("q1", "ben", "relsim", "dino", Vote.A)], file.Votes);
        Assert.Empty(file.Counts);
    }

    [Fact]
    public void Read_VotesWithImages_TakesThem()
    {
        VotesFile file = Read($"{Header}\nq1,ann,relsim,dino,b,00.png,1.png,2.png\nq1,ben,dino,relsim,b,00.png,2.png,1.png\n");

        Assert.Equal(("00.png", "1.png", "2.png"), (file.Votes[0].Query, file.Votes[0].CandidateA, file.Votes[0].CandidateB));
        Assert.Equal(file.Votes[0] with { Rater = "ben", Vote = Vote.A }, file.Votes[1].Mirror());
    }

    [Fact]
    public void Read_Counts_TakesThem() =>
        Assert.Equal([new PreferenceCounts("relsim", "DINO", 477, 189, 214)], Read("method_a,method_b,wins_a,ties,wins_b\nrelsim,DINO,477,189,214\n").Counts);

    [Theory]
    [InlineData("line 2: the vote is 'A'", Header + "\nq1,ann,x,y,A,,,")]
    [InlineData("line 3: the vote is 'c'", Header + "\nq1,ann,x,y,a,,,\nq1,ben,x,y,c,,,")]
    [InlineData("line 2: the column 'rater' is empty", Header + "\nq1,,x,y,a,,,")]
    [InlineData("line 2: 'x' is compared with itself", Header + "\nq1,ann,x,x,a,,,")]
    [InlineData("line 3: rater 'ann' answered question 'q1' on line 2 already", Header + "\nq1,ann,x,y,a,,,\nq1,ann,y,x,b,,,")]
    [InlineData("line 3: question 'q1' shows other methods or images on line 2", Header + "\nq1,ann,x,y,a,,,\nq1,ben,x,z,a,,,")]
    [InlineData("line 3: question 'q1' shows other methods or images on line 2", Header + "\nq1,ann,x,y,a,1,2,3\nq1,ben,y,x,a,1,2,3")]
    [InlineData("line 1: the column 'vote' is missing", "question,rater,method_a,method_b\nq1,ann,x,y")]
    [InlineData("line 1: the column 'wins_a' is missing", "method_a,method_b,ties\nx,y,1")]
    [InlineData("line 2: wins_a is '-1'", "method_a,method_b,wins_a,ties,wins_b\nx,y,-1,0,0")]
    [InlineData("line 2: ties is '1.5'", "method_a,method_b,wins_a,ties,wins_b\nx,y,1,1.5,0")]
    [InlineData("line 2: the column 'wins_b' is empty", "method_a,method_b,wins_a,ties,wins_b\nx,y,1,1,")]
    [InlineData("there is no vote", Header + "\n")]
    public void Read_BadFile_NamesFileLineAndReason(string expected, string text)
    {
        string message = Assert.Throws<DatasetFormatException>(() => Read(text)).Message;

        Assert.StartsWith(_files["votes.csv"], message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private VotesFile Read(string text) => VotesFile.Read(_files.Write("votes.csv", text));
}
