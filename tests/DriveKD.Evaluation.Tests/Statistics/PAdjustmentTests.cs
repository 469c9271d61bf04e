using CsCheck;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Tests.Statistics;

public class PAdjustmentTests
{
    private static readonly Gen<double[]> _values = Gen.Double[0, 1].Array[1, 20];

    [Fact]
    public void Adjust_NoValues_IsEmpty() => Assert.All(Enum.GetValues<Correction>(), correction => Assert.Empty(PAdjustment.Adjust(correction, [])));

    [Fact]
    public void Adjust_OneValue_IsItself() => Assert.All(Enum.GetValues<Correction>(), correction => Assert.Equal([0.3], PAdjustment.Adjust(correction, [0.3])));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Adjust_NoPValue_Throws(double value) =>
        Assert.All(Enum.GetValues<Correction>(), correction => Assert.Throws<ArgumentException>(() => PAdjustment.Adjust(correction, [0.5, value])));

    [Fact]
    public void Adjust_AnyValues_KeepsTheirOrderAndNeverLowersThem() => _values.Sample(values =>
    {
        IReadOnlyList<double> holm = PAdjustment.Holm(values);
        IReadOnlyList<double> discovery = PAdjustment.BenjaminiHochberg(values);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.InRange(discovery[i], values[i], 1);
            Assert.InRange(holm[i], discovery[i] * (1 - 1e-12), 1);
            for (int j = 0; j < values.Length; j++)
            {
                Assert.True(values[i] > values[j] || (holm[i] <= holm[j] && discovery[i] <= discovery[j]));
            }
        }
    });

    [Fact]
    public void Adjust_ValuesInAnotherOrder_IsTheSamePerValue() => _values.Sample(values =>
    {
        double[] reversed = [.. values.Reverse()];
        Assert.All(Enum.GetValues<Correction>(), correction =>
            Assert.Equal(PAdjustment.Adjust(correction, values), PAdjustment.Adjust(correction, reversed).Reverse()));
    });

    /// <summary>Holm's steps as they are told: the smallest against level / n, the next against level / (n - 1), until one fails.</summary>
    [Fact]
    public void Holm_ComparedWithTheLevel_RejectsWhatTheStepsReject() => _values.Sample(values =>
    {
        double[] sorted = [.. values.Order()];
        int rejected = 0;
        while (rejected < sorted.Length && sorted[rejected] * (sorted.Length - rejected) <= 0.05)
        {
            rejected++;
        }

        Assert.Equal(rejected, PAdjustment.Holm(values).Count(adjusted => adjusted <= 0.05));
    });
}
