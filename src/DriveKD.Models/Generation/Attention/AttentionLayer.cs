using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Generation.Attention;

/// <summary>Which decoder layer is looked at. Layers count from 1, as in the paper.</summary>
public readonly record struct AttentionLayer
{
    private const string FirstName = "first";
    private const string PenultimateName = "penultimate";

    // 0 stands for the last layer but one, so that the default value is a valid one.
    private readonly int _number;

    private AttentionLayer(int number) => _number = number;

    /// <summary>Layer 1: what perception is distilled from.</summary>
    public static AttentionLayer First { get; } = new(1);

    /// <summary>The last layer but one: what planning is distilled from.</summary>
    public static AttentionLayer Penultimate { get; }

    /// <summary>A layer by its number.</summary>
    /// <param name="number">From 1.</param>
    public static AttentionLayer Numbered(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new AttentionLayer(number);
    }

    /// <summary>Reads what a user wrote.</summary>
    /// <param name="text">first, penultimate or a number from 1.</param>
    /// <param name="where">Where it was written, for messages.</param>
    /// <exception cref="InputException">It is none of these.</exception>
    public static AttentionLayer Parse(string text, string where) => text switch
    {
        FirstName => First,
        PenultimateName => Penultimate,
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 => new AttentionLayer(number),
        _ => throw new InputException(where, $"'{text}' is no layer; {FirstName}, {PenultimateName} or a number from 1 is expected."),
    };

    /// <summary>The layer's number, from 1, in a model of so many layers.</summary>
    /// <param name="layers">Decoder layers.</param>
    /// <exception cref="InputException">The model has no such layer.</exception>
    public int Resolve(int layers)
    {
        int number = _number == 0 ? layers - 1 : _number;
        return number >= 1 && number <= layers
            ? number
            : throw new InputException("attention layer", $"{this} is not there: the model has {layers} decoder layer(s), numbered from 1.");
    }

    /// <inheritdoc />
    public override string ToString() => _number == 0 ? PenultimateName : _number.ToString(CultureInfo.InvariantCulture);
}
