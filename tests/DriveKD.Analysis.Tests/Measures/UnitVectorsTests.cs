using DriveKD.Analysis.Measures;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class UnitVectorsTests
{
    [Fact]
    public void Of_AnyVector_HasLengthOne() => Assert.Equal([0.6f, -0.8f], UnitVectors.Of([3f, -4f]));

    [Theory]
    [InlineData(0f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Of_NoDirection_IsEmpty(float value) => Assert.Empty(UnitVectors.Of([value, 0f]));

    [Fact]
    public void Cosine_KnownAngles()
    {
        Assert.Equal(0.6, UnitVectors.Cosine([3f, 4f], [1f, 0f]), 1e-12);
        Assert.Equal(-1, UnitVectors.Cosine([3f, 4f], [-6f, -8f]), 1e-12);
        Assert.True(double.IsNaN(UnitVectors.Cosine([0f, 0f], [1f, 0f])));
    }
}
