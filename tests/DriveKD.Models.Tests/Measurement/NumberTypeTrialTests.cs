using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Measurement;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Measurement;

public sealed class NumberTypeTrialTests
{
    [Theory]
    [InlineData(1.0, 2.0, 0.01, ScalarType.BFloat16)]
    // Faster, but wrong.
    [InlineData(1.0, 2.0, 0.6, ScalarType.Float32)]
    // Not by enough.
    [InlineData(1.0, 1.2, 0.01, ScalarType.Float32)]
    [InlineData(1.0, 0.2, 0.01, ScalarType.Float32)]
    public void Best_IsBfloat16OnlyWhereItIsRightAndFasterByEnough(double wide, double narrow, double error, ScalarType expected)
    {
        NumberTypeTrial trial = new() { Float32Rate = wide, Bfloat16Rate = narrow, Bfloat16Error = error };

        Assert.Equal(expected, trial.Best);
        Assert.StartsWith(Precisions.NameOf(expected), trial.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OnThisMachine_MeasuresBothAndChoosesByIt()
    {
        NumberTypeTrial trial = NumberTypeTrial.Run(CPU);

        Assert.True(trial.Float32Rate > 0 && trial.Bfloat16Rate > 0);
        Assert.True(trial.Bfloat16Error is > 0 and < 0.05 || trial.Best == ScalarType.Float32);
    }

    [Fact]
    public void Parse_Auto_LeavesSmallModelsInFloat32() =>
        Assert.Equal(ScalarType.Float32, Precisions.Parse("auto", "--precision", CPU, ModelFamilies.FindPreset("tiny").Config));

    [Fact]
    public void Parse_AName_IsTaken_AndAnythingElseRefused()
    {
        Assert.Equal(ScalarType.BFloat16, Precisions.Parse("bfloat16", "--precision", CPU, ModelFamilies.FindPreset("1B").Config));
        Assert.Contains(
            "auto, float32 or bfloat16",
            Assert.Throws<InputException>(() => Precisions.Parse("half", "--precision", CPU, ModelFamilies.FindPreset("1B").Config)).Message,
            StringComparison.Ordinal);
    }
}
