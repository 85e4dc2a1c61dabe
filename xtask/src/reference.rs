//! The reference of the command line, `docs/commands.md`: written from the table of commands, so that it cannot say
//! anything else than `--help`.

use std::fmt::Write as _;

use clap::{Arg, Command, CommandFactory as _};

use crate::cli::Cli;

/// The text of `docs/commands.md`.
#[must_use]
pub fn reference() -> String {
    let mut cli = Cli::command();
    cli.build();
    let mut text = String::from("# Commands\n\n");
    paragraph(&mut text, &cli);
    text.push_str("Every command takes:\n\n");
    arguments(&mut text, cli.get_arguments().filter(|argument| argument.is_global_set()));
    for command in cli.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set()) {
        let _ = writeln!(text, "\n## `cargo xtask {}`\n", usage(command));
        paragraph(&mut text, command);
        arguments(&mut text, command.get_arguments().filter(|argument| !argument.is_global_set()));
    }
    format!("{}\n", text.trim_end().replace("\n\n\n", "\n\n"))
}

fn usage(command: &Command) -> String {
    let positionals = command.get_positionals().map(|argument| match argument.is_last_set() {
        true => format!(" [-- {}…]", value_name(argument)),
        false => format!(" [{}]", value_name(argument)),
    });
    format!("{}{}", command.get_name(), positionals.collect::<String>())
}

fn paragraph(text: &mut String, command: &Command) {
    if let Some(about) = command.get_long_about().or(command.get_about()) {
        let _ = writeln!(text, "{}.\n", about.to_string().trim_end_matches('.'));
    }
}

fn arguments<'a>(text: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    for argument in arguments.filter(|argument| !["help", "version"].contains(&argument.get_id().as_str())) {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let name = match argument.get_long() {
            Some(long) if argument.get_action().takes_values() => format!("--{long} {}", value_name(argument)),
            Some(long) => format!("--{long}"),
            None => value_name(argument),
        };
        let variable = argument.get_env().map(|name| format!(" (or `{}`)", name.display())).unwrap_or_default();
        let default: Vec<_> = argument.get_default_values().iter().map(|value| value.display().to_string()).collect();
        let is_switch = !argument.get_action().takes_values() || default.is_empty();
        let default = if is_switch { String::new() } else { format!(" [default: {}]", default.join(" ")) };
        let _ = writeln!(text, "- `{name}`{variable}: {}{default}.", lower_first(&help));
    }
}

fn value_name(argument: &Arg) -> String {
    let choices: Vec<String> = argument.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    let takes_choice = argument.get_action().takes_values() && !choices.is_empty();
    let names = argument.get_value_names().unwrap_or_default();
    if takes_choice { choices.join("|") } else { names.iter().map(ToString::to_string).collect() }
}

fn lower_first(help: &str) -> String {
    let mut characters = help.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}", first.to_lowercase(), characters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_commands_are_those_of_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/commands.md");
        if std::env::var_os("UPDATE_REFERENCE").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let documented = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(documented, reference(), "write it with UPDATE_REFERENCE=1 cargo test -p lockstep-xtask reference");
    }

    #[test]
    fn every_command_says_what_it_does() {
        let mut cli = Cli::command();
        cli.build();
        for command in cli.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set()) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{} {}", command.get_name(), argument.get_id());
            }
        }
    }
}
