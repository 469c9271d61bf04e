using DriveKD.Data.Samples;

namespace DriveKD.World.Questions;

/// <summary>A question about one picture, and its answer.</summary>
public sealed record WorldQuestion
{
    /// <summary>The seed of the scene; the picture is its front camera's.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The capability; null for general questions.</summary>
    public required Capability? Capability { get; init; }

    /// <summary>The kind of question: colour, count, next, plan ...</summary>
    public required string Kind { get; init; }

    /// <summary>The question, without a placeholder for the picture.</summary>
    public required string Question { get; init; }

    /// <summary>The whole answer: what it is about, where it says so, the decisive words, then the reason, where there is one.</summary>
    public required string Answer { get; init; }

    /// <summary>What the answer is balanced by: the answer itself, or a coarser class where answers are many.</summary>
    public required string BalanceKey { get; init; }

    /// <summary>What is drawn evenly before the answer: questions whose texts allow the same answers, and other texts others; mostly empty.</summary>
    public string Group { get; init; } = "";

    /// <summary>
    /// What the answer is about, in the question's words and small letters, where it begins with them: <c>near left</c> of
    /// <c>Near left red.</c>; otherwise empty.
    /// </summary>
    public string Subject { get; init; } = "";

    /// <summary>The answer's words between what it is about and its reason.</summary>
    public string Decisive
    {
        get
        {
            int reason = Answer.IndexOf(" because ", StringComparison.Ordinal);
            string words = (reason < 0 ? Answer : Answer[..reason]).TrimEnd('.');
            return Subject.Length == 0 ? words : WorldWords.Sentence(words[(Subject.Length + 1)..]);
        }
    }

    /// <summary>Options in order, in a question of multiple choice; empty in an open one.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Which of <see cref="Options"/> is right; null in an open question.</summary>
    public int? RightOption { get; init; }

    /// <summary>Whether the question needs no picture: a lesson in letters.</summary>
    public bool IsTextOnly { get; init; }
}
