namespace DriveKD.Pretraining.Labels;

/// <summary>What is said of pictures.</summary>
public sealed record LabelScheme
{
    /// <summary>What is said of each image token; the first says whether there is anything, by a label above 0.</summary>
    public required IReadOnlyList<LabelHead> Tokens { get; init; }

    /// <summary>What is said of a picture as a whole.</summary>
    public required IReadOnlyList<LabelHead> Pictures { get; init; }

    /// <summary>The weight of a token that shows nothing; most do, and would outweigh the others.</summary>
    public double EmptyWeight { get; init; } = 0.15;

    /// <summary>Refuses a scheme that cannot be trained on.</summary>
    /// <exception cref="ArgumentException">There is no head, a name is malformed or taken, a head has fewer than two or more than 255 classes.</exception>
    internal void Check()
    {
        HashSet<string> names = [];
        foreach (LabelHead head in Tokens.Concat(Pictures))
        {
            if (head.Name.Length == 0 || head.Name.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '_') || !names.Add(head.Name))
            {
                throw new ArgumentException($"The head's name '{head.Name}' is malformed or taken.");
            }

            if (head.Classes.Count is < 2 or > 255)
            {
                throw new ArgumentException($"{head.Name} has {head.Classes.Count} classes; 2 to 255 are expected.");
            }
        }

        if (Tokens.Count == 0)
        {
            throw new ArgumentException("Nothing is said of image tokens.");
        }
    }
}
