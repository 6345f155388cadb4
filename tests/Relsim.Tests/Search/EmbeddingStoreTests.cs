using CsCheck;
using Microsoft.Data.Sqlite;
using Relsim.Search;

namespace Relsim.Tests.Search;

public sealed class EmbeddingStoreTests : IDisposable
{
    private static readonly StoreIdentity Identity = new("mini-1", "square-128@2:ab12", 4, 3);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_WhatWasStored_ComesBack() => Gen.Select(Gen.Int[0, 40], Gen.Int[0, 1 << 20]).Sample(
        (count, seed) =>
        {
            string path = _folder[$"{Guid.NewGuid():N}.relsim"];
            StoredImage[] images = [.. Enumerable.Range(0, count).Select(i => StoreSamples.Image($"/a/{i}.png", seed + i, Identity))];
            using (EmbeddingStore store = EmbeddingStore.Open(path, Identity))
            {
                store.Upsert(images);
            }

            using EmbeddingStore again = EmbeddingStore.OpenExisting(path);
            Assert.Equal(Identity, again.Identity);
            Assert.Equal(count, again.Count());
            Assert.Equivalent(images, again.All().ToArray(), strict: true);
            Assert.Equal(images.ToDictionary(image => image.Path, image => image.File), again.Known());
            Assert.Equal("ok", again.CheckIntegrity());
        },
        iter: 10,
        threads: 1);

    [Fact]
    public void Upsert_ModelWithoutLooksAndInterest_ComesBackAndMoves()
    {
        StoreIdentity bare = Identity with { AttributeDimension = 0 };
        StoredImage sample = StoreSamples.Image("/a/1.png", 1, bare);
        StoredImage image = sample with { Embedding = sample.Embedding with { Interest = null } };
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], bare);
        store.Upsert([image]);

        Assert.Equivalent(image, store.Find("/a/1.png"), strict: true);
        Assert.Empty(store.Relink([("/b/1.png", image.File)]));
        Assert.Equivalent(image.Embedding, store.Find("/b/1.png")!.Embedding, strict: true);
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void Upsert_InterestThatIsNoProbability_IsRefused(float interest)
    {
        StoredImage sample = StoreSamples.Image("/a/1.png", 1, Identity);
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], Identity);

        ArgumentException e = Assert.Throws<ArgumentException>(() => store.Upsert([sample with { Embedding = sample.Embedding with { Interest = interest } }]));

        Assert.Contains("/a/1.png", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, store.Count());
    }

    [Fact]
    public void Open_FirstVersion_IsReadAndWrittenAsBefore()
    {
        // Version 1 differs in one column: it may not be null.
        StoredImage[] images = [StoreSamples.Image("/a/1.png", 1, Identity), StoreSamples.Image("/a/2.png", 2, Identity)];
        using (EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], Identity))
        {
            store.Upsert(images[..1]);
        }

        using (SqliteConnection file = StoreSchema.Connect(_folder["l.relsim"], create: false))
        {
            StoreSchema.Execute(file, "PRAGMA writable_schema = ON");
            StoreSchema.Execute(file, "UPDATE sqlite_schema SET sql = replace(sql, 'interest REAL,', 'interest REAL NOT NULL,') WHERE name = 'images'");
            StoreSchema.Execute(file, "PRAGMA user_version = 1");
        }

        using EmbeddingStore old = EmbeddingStore.Open(_folder["l.relsim"], Identity);
        old.Upsert(images[1..]);
        Assert.Equivalent(images, old.All().ToArray(), strict: true);
    }

    [Fact]
    public void Open_OtherPreprocessing_IsRefusedAndNamesBoth()
    {
        EmbeddingStore.Open(_folder["l.relsim"], Identity).Dispose();

        StoreMismatchException e = Assert.Throws<StoreMismatchException>(
            () => EmbeddingStore.Open(_folder["l.relsim"], Identity with { ProfileFingerprint = "square-128@3:cd34" }));

        Assert.Contains("square-128@2:ab12", e.Message, StringComparison.Ordinal);
        Assert.Contains("square-128@3:cd34", e.Message, StringComparison.Ordinal);
        Assert.Throws<StoreMismatchException>(() => EmbeddingStore.Open(_folder["l.relsim"], Identity with { ModelId = "mini-2" }));
        Assert.Throws<StoreMismatchException>(() => EmbeddingStore.Open(_folder["l.relsim"], Identity with { AttributeDimension = 4 }));
    }

    [Fact]
    public void Open_NotAStore_IsATypedErrorAndLeavesTheFile()
    {
        string text = _folder.Write("notes.txt", new string('x', 5000));
        Assert.Throws<StoreFormatException>(() => EmbeddingStore.Open(text, Identity));
        Assert.Equal(5000, new FileInfo(text).Length);
        using (SqliteConnection other = new($"Data Source={_folder["other.db"]};Pooling=False"))
        {
            other.Open();
            StoreSchema.Execute(other, "CREATE TABLE things (id INTEGER)");
        }

        byte[] before = File.ReadAllBytes(_folder["other.db"]);
        Assert.Throws<StoreFormatException>(() => EmbeddingStore.Open(_folder["other.db"], Identity));
        Assert.Equal(before, File.ReadAllBytes(_folder["other.db"]));
        Assert.Throws<FileNotFoundException>(() => EmbeddingStore.OpenExisting(_folder["absent.relsim"]));
    }

    [Fact]
    public void Open_NewerVersion_AsksForAnUpdate()
    {
        EmbeddingStore.Open(_folder["l.relsim"], Identity).Dispose();
        using (SqliteConnection connection = new($"Data Source={_folder["l.relsim"]};Pooling=False"))
        {
            connection.Open();
            StoreSchema.Execute(connection, "PRAGMA user_version = 99");
        }

        Assert.Contains("version 99", Assert.Throws<StoreFormatException>(() => EmbeddingStore.OpenExisting(_folder["l.relsim"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Upsert_OneBadEmbedding_StoresNothingOfTheBatch()
    {
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], Identity);
        StoredImage good = StoreSamples.Image("/a.png", 1, Identity);
        StoredImage bad = good with { Path = "/b.png", Embedding = good.Embedding with { Relational = [1] } };
        StoredImage notANumber = good with { Path = "/c.png", Embedding = good.Embedding with { Attribute = [1, float.NaN, 0] } };

        Assert.Throws<ArgumentException>(() => store.Upsert([good, bad]));
        Assert.Throws<ArgumentException>(() => store.Upsert([good, notANumber]));

        Assert.Equal(0, store.Count());
    }

    [Fact]
    public void Upsert_Errors_AreRecordsThatReplaceTheImageAndGoWithSuccess()
    {
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], Identity, new FixedClock());
        StoredImage image = StoreSamples.Image("/a.png", 1, Identity);
        store.Upsert([image]);

        store.Upsert([], [new StoredError("/a.png", "truncated", 7, FixedClock.Now)]);

        Assert.Equal([new StoredError("/a.png", "truncated", 7, FixedClock.Now, FixedClock.Now)], store.Errors());
        Assert.Equal(0, store.Count());
        store.Upsert([image]);
        Assert.Empty(store.Errors());
    }

    [Fact]
    public void Remove_PathsAndFolders_TakesOnlyThose()
    {
        using EmbeddingStore store = EmbeddingStore.Open(_folder["l.relsim"], Identity);
        string[] paths = ["/a/1.png", "/a/2.png", "/ab/3.png", "/a_/4.png", "/b%/5.png", "/b%/c/6.png"];
        store.Upsert(paths.Select((path, i) => StoreSamples.Image(path, i, Identity)));

        Assert.Equal(1, store.Remove(["/a/1.png", "/absent.png"]));
        Assert.Equal(1, store.RemoveFolder("/a/"));
        Assert.Equal(2, store.RemoveFolder("/b%"));

        Assert.Equal(["/ab/3.png", "/a_/4.png"], store.All().Select(image => image.Path));
    }

    private sealed class FixedClock : TimeProvider
    {
        public static readonly DateTimeOffset Now = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
