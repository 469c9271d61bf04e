using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace DriveKD.Runs.Reports.Charts;

/// <summary>
/// A piece of HTML or SVG. It is made of interpolated strings whose text is taken as it stands and whose values are escaped, so that
/// nothing that comes out of a file can become markup.
/// </summary>
/// <param name="Text">The markup.</param>
internal readonly record struct Markup(string Text)
{
    /// <summary>Nothing.</summary>
    public static Markup None { get; } = new("");

    /// <summary>Markup of an interpolated string.</summary>
    /// <param name="text">Its values are escaped, unless they are markup.</param>
    public static Markup Of(ref Interpolation text) => new(text.ToString());

    /// <summary>Pieces in order.</summary>
    /// <param name="pieces">The pieces.</param>
    public static Markup Join(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.Text)));

    /// <inheritdoc />
    public override string ToString() => Text;

    /// <summary>Builds the markup of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Interpolation
    {
        private readonly StringBuilder _text;

        public Interpolation(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

        public void AppendLiteral(string value) => _text.Append(value);

        public void AppendFormatted(Markup value) => _text.Append(value.Text);

        public void AppendFormatted(string? value) => _text.Append(WebUtility.HtmlEncode(Visible(value ?? "")));

        public void AppendFormatted<T>(T value)
            where T : struct, IFormattable =>
            AppendFormatted(value.ToString(null, System.Globalization.CultureInfo.InvariantCulture));

        public override string ToString() => _text.ToString();

        /// <summary>Control characters and halves of surrogate pairs are no characters of a page.</summary>
        private static string Visible(string text)
        {
            StringBuilder visible = new(text.Length);
            foreach (Rune rune in text.EnumerateRunes())
            {
                visible.Append(Rune.IsControl(rune) && rune.Value is not ('\n' or '\t') ? Rune.ReplacementChar.ToString() : rune.ToString());
            }

            return visible.ToString();
        }
    }
}
