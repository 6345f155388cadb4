using Relsim.Search;
using Relsim.Web.Library;

namespace Relsim.Web.Search;

/// <summary>A relation that pictures of the library show, and those that show it best.</summary>
public sealed record ExampleRelation(string Caption, IReadOnlyList<WebHit> Hits);

/// <summary>
/// Relations to begin with, found in the library itself: captions of pictures that surely show a relation, spread over the library. Found once for each state of it. Thread-safe.
/// </summary>
public sealed class ExampleCatalog(LibrarySession session, LibrarySearch search)
{
    private const int Examples = 5;
    private const int Candidates = 48;
    private const int PicturesEach = 8;

    private (LibrarySnapshot? Of, Task<IReadOnlyList<ExampleRelation>> Found) _last = (null, Task.FromResult<IReadOnlyList<ExampleRelation>>([]));

    /// <summary>Up to five relations; none where the library is empty or the model has no captions or embeds no texts.</summary>
    public Task<IReadOnlyList<ExampleRelation>> FindAsync()
    {
        LibrarySnapshot snapshot = session.Snapshot;
        if (_last.Of != snapshot)
        {
            _last = (snapshot, Task.Run(() => FindAsync(snapshot)));
        }

        return _last.Found;
    }

    private async Task<IReadOnlyList<ExampleRelation>> FindAsync(LibrarySnapshot snapshot)
    {
        CaptionBank captions = session.Model.Captions;
        if (captions.Count == 0 || !session.Model.Encoder.CanEmbedTexts)
        {
            return [];
        }

        LibraryPicture[] sure = [.. snapshot.Pictures.OrderByDescending(picture => picture.Ranked.Interest ?? 0).ThenBy(picture => picture.Id, StringComparer.Ordinal).Take(Candidates)];
        var matches = sure.SelectMany(picture => captions.BestCaptions(snapshot.EmbeddingOf(picture).Relational, 1)).OrderByDescending(match => match.Score);
        var found = new List<ExampleRelation>();
        HashSet<string> shown = [];
        foreach (CaptionMatch match in matches)
        {
            WebSearchResult result = await search.SearchAsync(new WebQuery { Texts = [match.Caption], Limit = PicturesEach }).ConfigureAwait(false);
            // Two wordings of one relation find the same pictures: the second adds nothing.
            string[] ids = [.. result.Hits.Select(hit => hit.Picture.Id)];
            if (ids.Count(shown.Contains) <= ids.Length / 4)
            {
                found.Add(new ExampleRelation(match.Caption, result.Hits));
                shown.UnionWith(ids);
            }

            if (found.Count == Examples)
            {
                break;
            }
        }

        return found;
    }
}
