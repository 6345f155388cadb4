using System.Collections.Concurrent;
using Relsim.Torch.Training;

namespace Relsim.Torch.Tests.Training;

public sealed class BatchesAheadTests
{
    [Fact]
    public void Next_ManySteps_GivesThemInOrder()
    {
        using var ahead = new BatchesAhead(step => step, first: 3, end: 40);

        Assert.Equal(Enumerable.Range(3, 37), Enumerable.Range(0, 37).Select(_ => (int)(long)ahead.Next(Token)));
    }

    [Fact]
    public void Next_AfterTheLast_IsAnError()
    {
        using var ahead = new BatchesAhead(step => step, first: 0, end: 1);
        _ = ahead.Next(Token);

        Assert.Throws<InvalidOperationException>(() => ahead.Next(Token));
    }

    [Fact]
    public void Next_ABatchCannotBeMade_GivesTheEarlierOnesAndThenItsError()
    {
        using var ahead = new BatchesAhead(step => step < 2 ? step : throw new IOException($"step {step}"), first: 0, end: 9);

        Assert.Equal(0L, ahead.Next(Token));
        Assert.Equal(1L, ahead.Next(Token));
        Assert.Equal("step 2", Assert.Throws<IOException>(() => ahead.Next(Token)).Message);
        Assert.Equal("step 2", Assert.Throws<IOException>(() => ahead.Next(Token)).Message);
    }

    [Fact]
    public void Next_CancelledWhileItWaits_Throws()
    {
        using var release = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        using var waiting = new ManualResetEventSlim();
        using var ahead = new BatchesAhead(Prepare, first: 0, end: 9);
        waiting.Wait(Token);

        Task<object> next = Task.Run(() => ahead.Next(cancel.Token), Token);
        cancel.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => next.GetAwaiter().GetResult());
        release.Set();

        object Prepare(long step)
        {
            waiting.Set();
            release.Wait(Token);
            return step;
        }
    }

    [Fact]
    public void Next_LaterBatchesAreReadyFirst_KeepsTheOrder()
    {
        using var second = new ManualResetEventSlim();
        using var ahead = new BatchesAhead(Prepare, first: 0, end: 2);

        Assert.Equal(0L, ahead.Next(Token));
        Assert.Equal(1L, ahead.Next(Token));

        object Prepare(long step)
        {
            if (step == 0)
            {
                second.Wait(Token); // never returns unless the two are prepared side by side
            }
            else
            {
                second.Set();
            }

            return step;
        }
    }

    [Fact]
    public void Prepare_NobodyTakesBatches_StaysAFewAhead()
    {
        var prepared = new ConcurrentQueue<long>();
        using (var ahead = new BatchesAhead(Note, first: 0, end: 1000))
        {
            Assert.Equal(0L, ahead.Next(Token));
        }

        Assert.InRange(prepared.Count, 1, 1 + Math.Max(3, Environment.ProcessorCount));

        object Note(long step)
        {
            prepared.Enqueue(step);
            return step;
        }
    }

    [Fact]
    public void Dispose_BatchesAreBeingPrepared_WaitsForThemAndEndsIt()
    {
        using var started = new ManualResetEventSlim();
        int running = 0;
        var ahead = new BatchesAhead(Prepare, first: 0, end: 1000);
        started.Wait(Token);

        ahead.Dispose();

        Assert.Equal(0, Volatile.Read(ref running));
        Assert.Throws<ObjectDisposedException>(() => ahead.Next(Token));

        object Prepare(long step)
        {
            Interlocked.Increment(ref running);
            started.Set();
            Thread.Sleep(20);
            Interlocked.Decrement(ref running);
            return step;
        }
    }

    [Fact]
    public void Dispose_WorkerHasFailed_DoesNotThrow()
    {
        using var failing = new ManualResetEventSlim();
        var ahead = new BatchesAhead(Fail, first: 0, end: 9);
        failing.Wait(Token);

        Assert.Null(Record.Exception(ahead.Dispose));

        object Fail(long step)
        {
            failing.Set();
            throw new IOException("no picture");
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
