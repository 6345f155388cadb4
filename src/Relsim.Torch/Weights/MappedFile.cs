using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Relsim.Torch.Native;
using static TorchSharp.torch;

namespace Relsim.Torch.Weights;

/// <summary>
/// A read-only memory-mapped file whose bytes tensors can share. The map stays until its owner and the last tensor on it
/// are gone, in whichever order. Thread-safe.
/// </summary>
/// <remarks>
/// A tensor on the map must not be written in place: the pages are read-only and the process would end. The file must be
/// replaced by renaming, never cut short, while it is mapped.
/// </remarks>
internal sealed unsafe partial class MappedFile : IDisposable
{
    // libtorch hands back a tensor's address alone when it lets go of it, so the owners are found by address.
    private static readonly Dictionary<nint, (MappedFile Owner, int Count)> Shared = [];
    private static readonly Lock Gate = new();

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private int references = 1;
    private int disposed;

    /// <summary>Maps the file at <paramref name="path"/>.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public MappedFile(string path)
    {
        // A path's own length is a link's where the path is one, as in the hub's cache; the open file's is not.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            Length = stream.Length;
            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    /// <summary>The file's size in bytes when it was opened.</summary>
    public long Length { get; }

    /// <summary>The bytes from <paramref name="offset"/> on; the caller vouches that they lie in the file and holds the map.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int length) => new(start + offset, length);

    /// <summary>The tensor that <paramref name="entry"/> describes, on the file's own bytes; the caller disposes it.</summary>
    /// <remarks>Bytes that are not aligned to the element's size, which old files have, are copied: vector code may rely on it.</remarks>
    /// <exception cref="ObjectDisposedException">The map was disposed.</exception>
    public Tensor Share(SafetensorsEntry entry)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        TorchRuntime.EnsureLoaded();
        long[] shape = [.. entry.Shape];
        if (entry.Length == 0)
        {
            return empty(shape, entry.Type);
        }

        nint address = (nint)(start + entry.Offset);
        bool aligned = address % SafetensorsTypes.SizeOf(entry.Type) == 0;
        Tensor shared = Wrap(address, shape, entry.Type);
        if (aligned)
        {
            return shared;
        }

        using (shared)
        {
            return shared.clone();
        }
    }

    /// <summary>Lets go of the map; tensors on it keep it until they are disposed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            Release();
        }
    }

    private Tensor Wrap(nint address, long[] shape, ScalarType type)
    {
        Interlocked.Increment(ref references);
        lock (Gate)
        {
            ref (MappedFile Owner, int Count) entry = ref CollectionsMarshal.GetValueRefOrAddDefault(Shared, address, out _);
            entry = (this, entry.Count + 1);
        }

        nint handle;
        fixed (long* sizes = shape)
        {
            handle = NewTensor(address, &LetGo, sizes, shape.Length, (sbyte)type, (sbyte)type, 0, -1, 0);
        }

        if (handle == 0)
        {
            CheckForErrors();
        }

        return Tensor.UnsafeCreateTensor(handle);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void LetGo(nint address)
    {
        MappedFile owner;
        lock (Gate)
        {
            if (!Shared.TryGetValue(address, out (MappedFile Owner, int Count) entry))
            {
                return;
            }

            owner = entry.Owner;
            if (entry.Count == 1)
            {
                Shared.Remove(address);
            }
            else
            {
                Shared[address] = (owner, entry.Count - 1);
            }
        }

        owner.Release();
    }

    private void Release()
    {
        if (Interlocked.Decrement(ref references) == 0)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file.Dispose();
        }
    }

    // TorchSharp's own entry point of torch::from_blob; the public API over it always copies.
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_new")]
    private static partial nint NewTensor(
        nint data, delegate* unmanaged[Cdecl]<nint, void> deleter, long* sizes, int dimensions, sbyte type, sbyte dtype, int deviceType, int deviceIndex, byte requiresGrad);
}
