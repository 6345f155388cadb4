using Relsim.Web.Pictures;
using Relsim.Web.Search;

namespace Relsim.Web.Tests.Search;

public sealed class WebQueryTests(SharedServer shared)
{
    [Fact]
    public void ToQueryString_Everything_IsReadBackTheSame()
    {
        WebQuery query = new()
        {
            Images = ["00112233445566778899aabbccddeeff", "u-00112233445566778899aabbccddeeff"],
            Texts = ["{Subject} seen in its own reflection & more = \"less\"", "ünï"],
            MinusTexts = ["+ plus #"],
            Blend = -0.35f,
            Folder = "**/a b/*",
            Since = new DateOnly(2026, 1, 31),
            Until = new DateOnly(2026, 2, 28),
            MinSide = 512,
            MinScore = 0.25f,
            MinInterest = 0.5f,
            Offset = 40,
            Limit = 20,
        };

        string link = query.ToQueryString();
        WebQuery back = WebQuery.Parse(link);

        Assert.Equal(link, back.ToQueryString());
        Assert.Equal(query.Texts, back.Texts);
        Assert.Equal(query.Images, back.Images);
        Assert.Equal(query.ToFilter(), back.ToFilter());
        Assert.Equal((query.Blend, query.Offset, query.Limit), (back.Blend, back.Offset, back.Limit));
    }

    [Fact]
    public void ToQueryString_Nothing_IsEmpty() => Assert.Equal("", new WebQuery().ToQueryString());

    [Theory]
    [InlineData("?blend=NaN&limit=-5&offset=99999999999&since=never&side=x&score=Infinity&interest=7")]
    [InlineData("?blend=1e300&limit=100000&text=&image=")]
    [InlineData("?&&&===%%%&%zz=%00")]
    [InlineData(null)]
    public void Parse_DamagedLink_GivesAQueryWithinItsRanges(string? link)
    {
        WebQuery query = WebQuery.Parse(link);

        Assert.InRange(query.Blend, -1, 1);
        Assert.InRange(query.Limit, 1, WebQuery.MostHits);
        Assert.InRange(query.MinInterest, 0, 1);
        Assert.True(query.Offset >= 0);
        Assert.True(query.IsEmpty);
    }

    [Fact]
    public void OfBlend_SliderFromEndToEnd_NamesWhatItSays()
    {
        Assert.Equal(new SearchWeights(1, -0.5f), SearchWeights.OfBlend(-1));
        Assert.Equal(SearchWeights.RelationAlone, SearchWeights.OfBlend(0));
        Assert.Equal(SearchWeights.LooksAlone, SearchWeights.OfBlend(1));
    }

    [Fact]
    public async Task SearchColumns_Picture_GivesThreeOrders()
    {
        var search = shared.Server.Get<LibrarySearch>();
        WebQuery query = new() { Images = [PictureId.OfPath(shared.Gallery.Files[4])], Blend = -1 };

        SearchColumns columns = await search.SearchColumnsAsync(query, TestContext.Current.CancellationToken);
        IReadOnlyList<MapPoint> map = await search.MapAsync(query, TestContext.Current.CancellationToken);

        Assert.Equal(columns.Relational.Hits.Select(hit => hit.RelationalScore).OrderDescending(), columns.Relational.Hits.Select(hit => hit.RelationalScore));
        Assert.Equal(columns.Attribute!.Hits.Select(hit => hit.AttributeScore).OrderDescending(), columns.Attribute.Hits.Select(hit => hit.AttributeScore));
        Assert.All(columns.Blended.Hits, hit => Assert.Equal(hit.RelationalScore - (0.5f * hit.AttributeScore!.Value), hit.Score, 1e-4f));
        Assert.Equal(Gallery.Count - 1, map.Count);
        Assert.Contains(map, point => point.Picture == columns.Relational.Hits[0].Picture && point.Relational == columns.Relational.Hits[0].RelationalScore);
    }

    [Fact]
    public async Task SearchColumns_Text_HasNoColumnOfLooks()
    {
        SearchColumns columns = await shared.Server.Get<LibrarySearch>().SearchColumnsAsync(new WebQuery { Texts = ["words"], Blend = 1 }, TestContext.Current.CancellationToken);

        Assert.Null(columns.Attribute);
        Assert.Equal(columns.Relational.Hits.Select(hit => hit.Picture.Id), columns.Blended.Hits.Select(hit => hit.Picture.Id));
    }
}
