using System.Collections.Concurrent;
using DriveKD.Cli.Commands.Worlds.Building;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Tests.Commands.Worlds.Building;

public sealed class BuildSchedulerTests
{
    private readonly ConcurrentQueue<string> _events = [];

    [Fact]
    public async Task RunAsync_Graph_EveryStepComesAfterThoseItNeeds()
    {
        BuildStep[] steps = [Step("data"), Step("tower", "data"), Step("left", "tower"), Step("right", "tower"), Step("end", "left", "right")];

        IReadOnlyList<StepFailure> failures = await new BuildScheduler(steps, 2).RunAsync([], Record, TestContext.Current.CancellationToken);

        Assert.Empty(failures);
        string[] order = [.. _events];
        Assert.Equal(10, order.Length);
        Assert.All(steps, step => Assert.All(step.After, earlier => Assert.True(Array.IndexOf(order, "end " + earlier) < Array.IndexOf(order, "begin " + step.Name))));
    }

    [Fact]
    public async Task RunAsync_OneWorker_TakesThemInTheOrderOfTheList()
    {
        BuildStep[] steps = [Step("a"), Step("b"), Step("c", "a")];

        await new BuildScheduler(steps, 1).RunAsync([], Record, TestContext.Current.CancellationToken);

        Assert.Equal(["begin a", "end a", "begin b", "end b", "begin c", "end c"], _events);
    }

    [Fact]
    public async Task RunAsync_TwoWorkers_NeverMoreThanTwoAtOnce()
    {
        Lock gate = new();
        int now = 0;
        int most = 0;
        TaskCompletionSource both = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await new BuildScheduler([Step("a"), Step("b"), Step("c"), Step("d")], 2).RunAsync([], async (_, _) =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++now);
                if (now == 2)
                {
                    both.TrySetResult();
                }
            }

            // The first goes on only when a second one runs beside it; a third would show.
            await both.Task.WaitAsync(TestContext.Current.CancellationToken);
            await Task.Yield();
            lock (gate)
            {
                now--;
            }

            return null;
        }, TestContext.Current.CancellationToken);

        Assert.Equal(2, most);
    }

    [Fact]
    public async Task RunAsync_FinishedSteps_AreSkipped()
    {
        await new BuildScheduler([Step("a"), Step("b", "a"), Step("c", "b")], 1).RunAsync(["a", "b"], Record, TestContext.Current.CancellationToken);

        Assert.Equal(["begin c", "end c"], _events);
    }

    [Fact]
    public async Task RunAsync_AStepFails_OthersAreStoppedAndNothingNewBegins()
    {
        using SemaphoreSlim isRunning = new(0);
        bool wasStopped = false;

        IReadOnlyList<StepFailure> failures = await new BuildScheduler([Step("long"), Step("bad"), Step("next", "bad"), Step("free")], 2).RunAsync([], async (step, stop) =>
        {
            _events.Enqueue(step.Name);
            if (step.Name == "long")
            {
                isRunning.Release();
                try
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }
                catch (OperationCanceledException)
                {
                    wasStopped = true;
                    throw;
                }
            }

            await isRunning.WaitAsync(TestContext.Current.CancellationToken);
            return new StepFailure(step.Name, [new Problem(step.Name, "broke")], ExitCode.CheckFailed);
        }, TestContext.Current.CancellationToken);

        Assert.Equal("bad", Assert.Single(failures).Step);
        Assert.True(wasStopped);
        Assert.Equal(["bad", "long"], _events.Order());
    }

    [Fact]
    public async Task RunAsync_Cancelled_EndsWhenTheRunningStepHasEnded()
    {
        using CancellationTokenSource source = new();
        bool hasEnded = false;

        Task<IReadOnlyList<StepFailure>> running = new BuildScheduler([Step("a"), Step("b", "a")], 2).RunAsync([], async (step, stop) =>
        {
            _events.Enqueue(step.Name);
            await source.CancelAsync();
            hasEnded = true;
            stop.ThrowIfCancellationRequested();
            return null;
        }, source.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(hasEnded);
        Assert.Equal(["a"], _events);
    }

    [Fact]
    public async Task RunAsync_AFault_IsThrownAfterTheOthersHaveEnded()
    {
        bool wasStopped = false;

        Task<IReadOnlyList<StepFailure>> running = new BuildScheduler([Step("long"), Step("bad")], 2).RunAsync([], async (step, stop) =>
        {
            if (step.Name == "bad")
            {
                throw new InvalidOperationException("a bug");
            }

            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                wasStopped = true;
            }

            return null;
        }, TestContext.Current.CancellationToken);

        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
        Assert.True(wasStopped);
    }

    [Fact]
    public void Create_StepBeforeWhatItNeedsOrTwice_IsRefused()
    {
        Assert.Contains("b needs a", Assert.Throws<ArgumentException>(() => new BuildScheduler([Step("b", "a"), Step("a")], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("a stands twice", Assert.Throws<ArgumentException>(() => new BuildScheduler([Step("a"), Step("a")], 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rest_TwoLinesOnTwoWorkers_IsTheLongerLine()
    {
        BuildStep[] steps = [Step("done"), Step("left", "done"), Step("right", "done"), Step("end", "left", "right")];

        Assert.Equal(17, BuildEstimate.Rest(steps, new Dictionary<string, double> { ["left"] = 10 }, new Dictionary<string, double> { ["right"] = 12, ["end"] = 5 }, 2));
        Assert.Equal(27, BuildEstimate.Rest(steps, new Dictionary<string, double> { ["left"] = 10 }, new Dictionary<string, double> { ["right"] = 12, ["end"] = 5 }, 1));
        Assert.Equal(0, BuildEstimate.Rest(steps, new Dictionary<string, double>(), new Dictionary<string, double>(), 2));
    }

    private static BuildStep Step(string name, params string[] after) => new() { Name = name, After = after, Seconds = 1, Product = "/nowhere/" + name };

    private Task<StepFailure?> Record(BuildStep step, CancellationToken stop)
    {
        _events.Enqueue("begin " + step.Name);
        _events.Enqueue("end " + step.Name);
        return Task.FromResult<StepFailure?>(null);
    }
}
