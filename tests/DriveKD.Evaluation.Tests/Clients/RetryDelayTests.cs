using CsCheck;
using DriveKD.Evaluation.Clients;

namespace DriveKD.Evaluation.Tests.Clients;

public sealed class RetryDelayTests
{
    [Fact]
    public void Of_AnyRetry_GrowsWithinItsBounds() =>
        Gen.Select(Gen.Int[0, 200], Gen.Double.Unit).Sample((retry, random) =>
        {
            double whole = Math.Min(30, Math.Pow(2, Math.Min(retry, 16)));
            TimeSpan delay = RetryDelay.Of(retry, null, random);
            Assert.InRange(delay.TotalSeconds, 0.5 * whole, whole);
        });

    [Fact]
    public void Of_ServerAsks_IsNeverUndercut() =>
        Gen.Select(Gen.Int[0, 20], Gen.Double[0, 600], Gen.Double.Unit).Sample((retry, asked, random) =>
            Assert.InRange(RetryDelay.Of(retry, TimeSpan.FromSeconds(asked), random).TotalSeconds, asked - 1e-6, asked + 0.5 + 1e-6));
}
