using System.Runtime.CompilerServices;

namespace DriveKD.Evaluation.Statistics;

/// <summary>What every statistic asks of its numbers. One that is NaN or infinite is refused, since it would make the result one too.</summary>
internal static class Require
{
    /// <summary>Refuses numbers that are none.</summary>
    /// <param name="values">The numbers.</param>
    /// <param name="name">The parameter's name.</param>
    public static void Finite(IReadOnlyList<double> values, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(values, name);
        for (int i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                throw new ArgumentException($"Value {i} is {values[i]}; finite numbers are expected.", name);
            }
        }
    }

    /// <summary>Refuses lists that do not belong together.</summary>
    /// <param name="first">The length of the one.</param>
    /// <param name="second">The length of the other.</param>
    /// <param name="name">The other's name.</param>
    public static void SameLength(int first, int second, string name)
    {
        if (first != second)
        {
            throw new ArgumentException($"There are {second} values for {first}.", name);
        }
    }

    /// <summary>Refuses a confidence outside 0 to 1.</summary>
    /// <param name="confidence">The share of repetitions whose interval holds the truth.</param>
    public static void Confidence(double confidence)
    {
        if (!(confidence > 0 && confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence between 0 and 1 is expected, such as 0.95.");
        }
    }
}
