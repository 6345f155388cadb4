namespace Relsim.Torch.Weights.Hub;

/// <summary>A model in the cache.</summary>
/// <param name="Id">Its id, without a revision.</param>
/// <param name="Folder">Its folder in the cache.</param>
/// <param name="Bytes">What it takes on the disk, with all its snapshots and with files that have arrived in part.</param>
/// <param name="Snapshots">The states of it that are there, by commit.</param>
public sealed record CachedModel(HubModelId Id, string Folder, long Bytes, IReadOnlyList<CachedSnapshot> Snapshots);

/// <summary>A model as it was at one commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Revisions">The branches and tags that stood there when they were last pulled.</param>
/// <param name="Folder">The folder that holds the files under their own names.</param>
/// <param name="Files">How many files it holds.</param>
/// <param name="Bytes">Their size; snapshots share files.</param>
/// <param name="Missing">What a model needs and this one lacks; empty where it is complete.</param>
public sealed record CachedSnapshot(string Commit, IReadOnlyList<string> Revisions, string Folder, int Files, long Bytes, IReadOnlyList<string> Missing)
{
    /// <summary>Whether a model can be loaded from it.</summary>
    public bool IsComplete => Missing.Count == 0;
}
