using DriveKD.Data.Errors;
using DriveKD.Models.Kernels;

namespace DriveKD.Models.Tests.Kernels;

public sealed class KernelPathsTests
{
    [Fact]
    public void Choose_NothingWanted_TakesTheWidest()
    {
        Assert.Equal(KernelPaths.Supported[^1], KernelPaths.Choose(null));
        Assert.Equal(KernelPaths.Supported[^1], KernelPaths.Choose(""));
        Assert.Equal(KernelPath.Portable, KernelPaths.Supported[0]);
    }

    [Fact]
    public void Choose_OffOrPortable_IsPossibleEverywhere()
    {
        Assert.Equal(KernelPath.Off, KernelPaths.Choose("off"));
        Assert.Equal(KernelPath.Portable, KernelPaths.Choose("portable"));
    }

    [Fact]
    public void Choose_AnotherWord_IsRefusedWithWhatIsExpected() =>
        Assert.Contains("'sse'; off, portable, avx2 or avx512", Assert.Throws<InputException>(() => KernelPaths.Choose("sse")).Message, StringComparison.Ordinal);
}
